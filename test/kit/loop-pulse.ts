import { type EpochMs, type Ms, realClock } from '#model/time';

const BEAT: Ms = 10;
/** A connection is heard of one turn of the loop before its first bytes are. */
const BEATS = 3;

/** When something came that this process hears of now: no earlier than `since`. A busy process hears late. */
export class LoopPulse {
  readonly #timer: NodeJS.Timeout;
  readonly #beats: EpochMs[] = Array.from({ length: BEATS }, () => realClock.wall());

  constructor() {
    this.#timer = setInterval(() => {
      this.#beats.push(realClock.wall());
      this.#beats.shift();
    }, BEAT);
    this.#timer.unref();
  }

  get since(): EpochMs {
    return this.#beats[0] ?? realClock.wall();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
