import { type FSWatcher, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Ms, realClock } from '#model/time';
import { HygateProcess } from '../kit/hygate-process.ts';

const ENTRY = fileURLToPath(new URL('./gateway.child.ts', import.meta.url));

/** At what a kill is aimed. */
export const AIMS = ['start', 'load', 'roll', 'checkpoint', 'flush', 'seal'] as const;
export type Aim = (typeof AIMS)[number];

/** What happens in the journal's folder when the gateway does it. */
const SIGNS: Readonly<Record<Exclude<Aim, 'start' | 'load'>, RegExp>> = {
  roll: /^rename segment-\d+\.sqlite\.new$/,
  checkpoint: /^change segment-\d+\.sqlite$/,
  flush: /^change history\.sqlite-wal$/,
  // A finished segment loses its WAL; then it is hashed.
  seal: /^rename segment-\d+\.sqlite-wal$/,
};

export interface VictimOptions {
  readonly siteFile: string;
  readonly dataDir: string;
  /** Decides everything random. */
  readonly random: () => number;
}

/** After this a kill no longer waits for what it is aimed at. */
const PATIENCE: Ms = 1500;
const LONGEST_START: Ms = 1500;
const LONGEST_LOAD: Ms = 1000;

/** A gateway that is about to be killed. */
export class Victim {
  readonly #options: VictimOptions;
  readonly #process: HygateProcess;
  /** On the wall clock, as the journal's rows are. */
  readonly spawnedAt = realClock.wall();

  constructor(options: VictimOptions) {
    this.#options = options;
    this.#process = new HygateProcess([options.siteFile, options.dataDir], { entry: ENTRY });
  }

  /** Rejects when it ends by itself. */
  get endedEarly(): Promise<never> {
    return this.#process.exited.then(({ code, signal }) => {
      throw new Error(`the gateway ended by itself (${code ?? signal}):\n${this.#process.output}`);
    });
  }

  get output(): string {
    return this.#process.output;
  }

  /** Some time within the start, whether it serves by then or not. */
  async untilSomewhereInStart(): Promise<void> {
    await realClock.sleep(this.#options.random() * LONGEST_START);
  }

  /** The right moment for the kill, in a gateway that serves; false when it was aimed at something that did not come. */
  async untilMoment(aim: Exclude<Aim, 'start'>): Promise<boolean> {
    await realClock.sleep(this.#options.random() * LONGEST_LOAD);
    return aim === 'load' || this.#sign(SIGNS[aim]);
  }

  async kill(): Promise<void> {
    const { signal } = await this.#process.stop('SIGKILL');
    if (signal !== 'SIGKILL') throw new Error(`the gateway ended by itself:\n${this.#process.output}`);
  }

  /** Leaves nothing behind, whatever became of it. */
  async end(): Promise<void> {
    await this.#process.stop('SIGKILL');
  }

  /** Up to 2 ms after the sign: in the middle of what it announces. */
  #sign(sign: RegExp): Promise<boolean> {
    let watcher: FSWatcher | undefined;
    return new Promise<boolean>((resolve) => {
      const timer = realClock.after(PATIENCE, () => resolve(false));
      watcher = watch(`${this.#options.dataDir}/journal`, (event, name) => {
        if (!sign.test(`${event} ${name}`)) return;
        timer.cancel();
        const end = performance.now() + this.#options.random() * 2;
        while (performance.now() < end);
        resolve(true);
      });
    }).finally(() => watcher?.close());
  }
}
