/*
 * The alarm half of a gateway as a process of its own, to be killed. Arguments: the script (JSON of Script), the alarm
 * file, the pace in ms a row, the most rows of this life. Says "row N" of each row, and "done" when every row was judged
 * and every message told.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Way } from '#model/channel';
import type { Entry } from '#model/journal';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import webhook from '../../alerts/channels/webhook/channel.ts';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { Notifier } from '../../alerts/notify/send/notifier.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';
import { startedAt } from './ledger.ts';
import { pager } from './pager.ts';
import type { Script } from './script.ts';

const LONGEST = 600_000;
const [scriptFile = '', file = '', pace = '0', most = 'Infinity'] = process.argv.slice(2);
const script = JSON.parse(readFileSync(scriptFile, 'utf8')) as Script;
const site = alarmSite(script.site);
// The clock shows the time of the rows: a journal of hours is lived through in seconds, and nothing in it is old news.
let now = startedAt(file) ?? script.rows[0]?.arrived ?? 0;
const clock = { ...realClock, wall: () => now };

class PacedJournal extends MemoryJournal {
  #come = 0;

  override async *follow(seq: number, signal: AbortSignal): AsyncIterable<Entry> {
    for await (const entry of super.follow(seq, signal)) {
      // What is to be killed does not get to the end while its killer is late.
      if (++this.#come > Number(most)) await new Promise(() => undefined);
      now = entry.arrived;
      console.log(`row ${entry.seq}`);
      await sleep(Number(pace));
      yield entry;
    }
  }
}

const journal = new PacedJournal(script.rows);
const meter = new Metrics();
const common = { site, clock, log: silentLog, meter };
const engine = new AlarmEngine({ ...common, journal, file, announce: announcerOf(site) });
const channels = new Map<string, Way>([
  ['webhook', webhook as Way],
  ['pager', pager as Way],
]);
const dir = `${file}-channels`;
mkdirSync(dir, { recursive: true });
const notifier = new Notifier({ ...common, dir, channels, outbox: engine.outbox });
await engine.start();
await notifier.start();
const lag = async () =>
  (await meter.registry.getSingleMetric('hygate_consumer_lag_rows')?.get())?.values[0]?.value;
await until('every row is judged', async () => (await lag()) === 0, LONGEST);
await until('every message is told', async () => (await engine.outbox.next()).length === 0, LONGEST);
console.log('done');
await notifier.stop();
await engine.stop();
