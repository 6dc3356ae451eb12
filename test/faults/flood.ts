import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';

const ENTRY = fileURLToPath(new URL('./flood.child.ts', import.meta.url));
/** Readings in a message. */
export const FLOOD_BATCH = 50;

/** The n-th of a device: a millisecond after the one before, with a counting value. */
export const floodReading = (since: number, n: number) => ({ point: 'temp', at: since + n, value: n % 100 });

/** More than a gateway can take, until it is told to end. */
export class Flood {
  readonly #child: ChildProcess;
  readonly #done: Promise<Readonly<Record<string, number>>>;
  #since = 0;

  /** `window`: messages of a device that may be on their way. All of them must still be taken when it ends. */
  constructor(port: number, devices: number, window: number) {
    this.#child = fork(ENTRY, [String(port), String(devices), String(window)]);
    this.#done = new Promise((resolve, reject) => {
      this.#child.on('message', (message: { since?: number; acknowledged?: Record<string, number> }) => {
        if (message.since !== undefined) this.#since = message.since;
        if (message.acknowledged !== undefined) resolve(message.acknowledged);
      });
      this.#child.once('exit', (code) => reject(new Error(`the flood ended with code ${code}`)));
    });
    this.#done.catch(() => undefined);
  }

  /** Resolves with the acknowledged readings of each device, when nothing is on its way any more. */
  async end(): Promise<Readonly<Record<string, number>>> {
    this.#child.send('end');
    return this.#done;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Looks into the journal of a gateway that has stopped: is each acknowledged reading there, once, with its value? */
  async judge(dir: string, acknowledged: Readonly<Record<string, number>>) {
    const values = await storedValues(dir);
    let [judged, wrong, lost] = [0, 0, 0];
    for (const [device, count] of Object.entries(acknowledged)) {
      const stored = values.get(`${device}.temp`) ?? new Map();
      for (let n = 0; n < count; n++) {
        const { at, value } = floodReading(this.#since, n);
        if (!stored.has(at)) lost += 1;
        else if (stored.get(at) !== value) wrong += 1;
      }
      judged += count;
    }
    return { judged, wrong, lost };
  }
}

/** By point and time. Throws when a (point, at) is there twice. */
async function storedValues(dir: string): Promise<Map<string, Map<number, number | null>>> {
  const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
  await journal.start();
  const points = new Map<string, Map<number, number | null>>();
  const end = new AbortController();
  for await (const entry of journal.follow(0, end.signal)) {
    if (entry.kind === 'readings') {
      for (const { point, at, value } of entry.readings) {
        const values = points.get(point) ?? new Map();
        if (values.has(at)) throw new Error(`${point} has two readings of ${at}`);
        points.set(point, values.set(at, value));
      }
    }
    if (entry.seq >= journal.head()) break;
  }
  end.abort();
  await journal.stop();
  return points;
}
