import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename, join } from 'node:path';
import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { InfluxTarget, Site } from '#model/site';
import { type Ms, realClock } from '#model/time';
import { EventLog } from '../alerts/engine/store/event-log.ts';
import { AsideDesk } from './forward/influx/aside-desk.ts';
import { ALARMS_CONSUMER, Forwarder, INFLUX_CONSUMER, setAsidePath } from './forward/influx/forwarder.ts';
import { type AlarmItem, alarmLines, journalLines } from './forward/influx/line-source.ts';
import { Cursor } from './journal/cursor.ts';
import { JournalReader } from './journal/journal-reader.ts';
import { moveCursor } from './journal/moved-cursor.ts';
import { runThread } from './runtime/thread-side.ts';

export interface ForwardData {
  readonly site: Site;
  readonly target: InfluxTarget;
  readonly dataDir: string;
  readonly journalDir: string;
  /** The journal's newest row at the thread's start. */
  readonly head: number;
}

/** What the main thread tells now and then. */
export interface ForwardNews {
  /** The journal's newest row. */
  readonly head: number;
  /** How late the main thread came to tell it. */
  readonly late: Ms;
}

/** nice(2) of this thread alone, as far as the system knows such a thing. */
const NICE = 10;

await runThread<ForwardData>(async ({ data, log, meter, post }) => {
  stepBack(log);
  const reader = new JournalReader({ dir: data.journalDir, clock: realClock, log, meter });
  const aside = new AsideDesk(setAsidePath(data.dataDir), meter);
  const common: Common = { target: data.target, aside, clock: realClock, log, meter };
  const journal = journalForwarder(data, reader, common);
  const alarms = alarmForwarder(data, common);
  journal.start();
  alarms.start();
  let told: readonly string[] = [];
  return {
    onMessage(message) {
      const { head, late } = message as ForwardNews;
      reader.advanced(head);
      journal.felt(late);
      alarms.felt(late);
      const notes = [...new Set([...journal.notes(), ...alarms.notes(), ...aside.notes()])];
      if (notes.join() !== told.join()) post(notes);
      told = notes;
      meter.gauge('hygate_consumer_lag_rows', head - journal.accepted, { consumer: INFLUX_CONSUMER });
    },
    async stop() {
      try {
        await Promise.all([journal.stop(), alarms.stop()]);
      } finally {
        aside.close();
      }
    },
  };
});

interface Common {
  readonly target: InfluxTarget;
  readonly aside: AsideDesk;
  readonly clock: typeof realClock;
  readonly log: Log;
  readonly meter: Meter;
}

function journalForwarder(data: ForwardData, reader: JournalReader, common: Common): Forwarder<Entry> {
  const cursor = new Cursor(data.journalDir, INFLUX_CONSUMER, common.log);
  cursor.notBeyond(data.head);
  return new Forwarder({
    ...common,
    ...{ stream: 'journal', cursor, source: journalLines(data.site) },
    follow: (seq, signal) => reader.follow(seq, signal),
  });
}

/** Alarms are few and wait behind no backlog of readings: they have a cursor and a request of their own. */
function alarmForwarder({ site, dataDir, journalDir }: ForwardData, common: Common): Forwarder<AlarmItem> {
  const events = new EventLog({ ...common, file: join(dataDir, 'alarms.sqlite') });
  // Among the journal's cursors it was taken for the number of a row.
  moveCursor({ consumer: ALARMS_CONSUMER, from: journalDir, to: dataDir, log: common.log });
  const cursor = new Cursor(dataDir, ALARMS_CONSUMER, common.log);
  async function* follow(after: number, signal: AbortSignal): AsyncGenerator<AlarmItem> {
    // A file of alarms that was damaged, or comes from a backup, may be younger than the cursor.
    cursor.notBeyond(await events.newest(signal));
    for await (const event of events.follow(Math.min(after, cursor.get()), signal)) {
      yield { seq: event.no, arrived: event.at, event };
    }
  }
  return new Forwarder({ ...common, stream: 'alarms', cursor, source: alarmLines(site), follow });
}

/** What records and alarms gets the processor first. Linux has a priority for each thread; elsewhere nothing is done. */
function stepBack(log: Log): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICE);
  } catch (error) {
    log.debug({ err: error }, 'the forwarding thread keeps its priority');
  }
}
