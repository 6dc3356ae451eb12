import { type Clock, type EpochMs, type Ms, realClock, type Timer } from '#model/time';

/** The real clock set to another time, until it is stopped: then nothing that waits for a time happens any more. */
export class StageClock implements Clock {
  readonly #shift: Ms;
  #stopped: EpochMs | undefined;

  constructor(now: EpochMs) {
    this.#shift = now - realClock.wall();
  }

  wall = (): EpochMs => this.#stopped ?? realClock.wall() + this.#shift;
  monotonic = realClock.monotonic;
  sleep = realClock.sleep;

  after(delay: Ms, task: () => void): Timer {
    return realClock.after(delay, () => {
      if (this.#stopped === undefined) task();
    });
  }

  stop(): EpochMs {
    this.#stopped = this.wall();
    return this.#stopped;
  }
}
