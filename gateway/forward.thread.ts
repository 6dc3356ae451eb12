import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import type { Log } from '#model/log';
import type { InfluxTarget, Site } from '#model/site';
import { type Ms, realClock } from '#model/time';
import { Forwarder, INFLUX_CONSUMER } from './forward/influx/forwarder.ts';
import { Cursor } from './journal/cursor.ts';
import { JournalReader } from './journal/journal-reader.ts';
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
  const cursor = new Cursor(data.journalDir, INFLUX_CONSUMER, log);
  cursor.notBeyond(data.head);
  const forwarder = new Forwarder({
    target: data.target,
    site: data.site,
    dir: data.dataDir,
    follow: (seq, signal) => reader.follow(seq, signal),
    cursor,
    clock: realClock,
    log,
    meter,
  });
  forwarder.start();
  let told: readonly string[] = [];
  return {
    onMessage(message) {
      const { head, late } = message as ForwardNews;
      reader.advanced(head);
      forwarder.felt(late);
      const notes = forwarder.notes();
      if (notes.join() !== told.join()) post(notes);
      told = notes;
      meter.gauge('hygate_consumer_lag_rows', head - forwarder.accepted, { consumer: INFLUX_CONSUMER });
    },
    stop: () => forwarder.stop(),
  };
});

/** What records and alarms gets the processor first. Linux has a priority for each thread; elsewhere nothing is done. */
function stepBack(log: Log): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICE);
  } catch (error) {
    log.debug({ err: error }, 'the forwarding thread keeps its priority');
  }
}
