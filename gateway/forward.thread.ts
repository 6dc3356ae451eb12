import type { InfluxTarget, Site } from '#model/site';
import { realClock } from '#model/time';
import { runForwarder } from './forward/influx/forwarder.ts';
import { Cursor } from './journal/cursor.ts';
import { JournalReader } from './journal/journal-reader.ts';
import { runThread } from './runtime/thread-side.ts';

/** The consumer's name: its cursor lies in the journal's folder. */
const CONSUMER = 'influx';

export interface ForwardData {
  readonly site: Site;
  readonly target: InfluxTarget;
  readonly dataDir: string;
  readonly journalDir: string;
}

await runThread<ForwardData>(async ({ data, log, meter }) => {
  const reader = new JournalReader({ dir: data.journalDir, clock: realClock, log });
  const cursor = new Cursor(data.journalDir, CONSUMER, log);
  const forwarder = runForwarder({
    target: data.target,
    site: data.site,
    dir: data.dataDir,
    follow: (seq, signal) => reader.follow(seq, signal),
    cursor,
    clock: realClock,
    log,
    meter,
  });
  return {
    onMessage(message) {
      const head = message as number;
      reader.advanced(head);
      meter.gauge('hygate_consumer_lag_rows', head - cursor.get(), { consumer: CONSUMER });
    },
    stop: () => forwarder.stop(),
  };
});
