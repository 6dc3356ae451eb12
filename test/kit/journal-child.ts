import { writeSync } from 'node:fs';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { messageReadings } from './journal-message.ts';

/*
 * Appends messages `from`, `from + 1`, … without end, many at a time, and says on standard output which are
 * acknowledged. The test kills it. The synchronous write is what makes its word worth something.
 */
const [dir = '', from = '0'] = process.argv.slice(2);
const IN_FLIGHT = 32;

const journal = new FileJournal({
  dir,
  clock: realClock,
  log: silentLog,
  meter: silentMeter,
  segmentBytes: 200_000,
  openReadings: 5_000,
});
await journal.start();

/** The pipe may be full while the test is busy. */
function say(text: string): void {
  for (;;) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

let next = Number(from);
const send = async (): Promise<void> => {
  for (;;) {
    const message = next++;
    await journal.append(messageReadings(message));
    say(`${message}\n`);
  }
};
await Promise.all(Array.from({ length: IN_FLIGHT }, send));
