import { setTimeout as sleep } from 'node:timers/promises';
import { type Ms, realClock } from '#model/time';
import { HandClock } from './hand-clock.ts';

/** Longer than a turn of the event loop takes that has little to do. */
const LONGEST_TURN: Ms = 5;

/**
 * Real time, less what this process stood still in. By this clock nothing here comes late, for everything that happens in the
 * process has many turns of its loop for it: on a busy machine it all only takes longer.
 */
export class LoopClock extends HandClock {
  #running = true;

  constructor() {
    super(realClock.wall());
    void this.#run();
  }

  stop(): void {
    this.#running = false;
  }

  async #run(): Promise<void> {
    for (let last = realClock.monotonic(); this.#running; ) {
      await sleep(1);
      const now = realClock.monotonic();
      await this.advance(Math.min(now - last, LONGEST_TURN));
      last = now;
    }
  }
}
