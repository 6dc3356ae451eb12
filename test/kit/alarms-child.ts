/*
 * A gateway's alarm half as a process of its own, to be killed. Arguments: the script (JSON of Script), the alarm
 * file, the pace in ms a row, the most rows of this life. Prints "started", and "done" when every row was judged and
 * every message sent.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '#model/journal';
import { alarmsWithNotifier } from './alarms-engine.ts';
import { MemoryJournal } from './alarms-journal.ts';
import { alarmSite, type SiteParts } from './alarms-site.ts';
import { until } from './until.ts';

export interface Script {
  readonly site: SiteParts;
  readonly rows: readonly Entry[];
}

const [scriptFile = '', file = '', pace = '0', most = 'Infinity'] = process.argv.slice(2);
const { site, rows } = JSON.parse(readFileSync(scriptFile, 'utf8')) as Script;
let come = 0;
const journal = new MemoryJournal(rows, async () => {
  // What is to be killed does not get to the end while its killer is late.
  if (++come > Number(most)) await new Promise(() => undefined);
  if (Number(pace) > 0) await sleep(Number(pace));
});
const alarms = alarmsWithNotifier(alarmSite(site), journal, file);
await alarms.start();
console.log('started');
const gauge = async (name: string) =>
  (await alarms.meter.registry.getSingleMetric(name)?.get())?.values[0]?.value;
await until('every row is judged', async () => (await gauge('hygate_consumer_lag_rows')) === 0, 120_000);
await until('late readings are judged', async () => (await gauge('hygate_alarm_late_points')) === 0, 120_000);
await until('every message is sent', async () => (await alarms.engine.outbox.next()).length === 0, 120_000);
console.log('done');
await alarms.stop();
