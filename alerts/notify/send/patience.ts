import { type Clock, DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';

/** News that old is on the page. */
const TOO_OLD: Ms = DAY;
/** What goes out that long after there was something to say is told as old. */
const LATE: Ms = 10 * MINUTE;
/** What waited while the gateway was off, or while its clock was wrong in a run before this one, is still tried so long. */
const AT_LEAST: Ms = HOUR;
const LEAST_STEP: Ms = MINUTE;
const MOST_STEPS = 100;

/**
 * How long messages have waited. Their time is the wall clock's; when that is set forward they have not waited longer
 * for it, and none is given up because somebody set the clock.
 */
export class Patience {
  readonly #clock: Clock;
  readonly #startedAt: Ms;
  #offset: Ms;
  /** Steps forward: what bears a time before `from` was there before the step. */
  #steps: { readonly from: EpochMs; readonly by: Ms }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    this.#offset = clock.wall() - clock.monotonic();
  }

  /** Notices that the clock was set. */
  look(): void {
    const offset = this.#clock.wall() - this.#clock.monotonic();
    const by = offset - this.#offset;
    this.#offset = offset;
    if (by >= LEAST_STEP) this.#steps.push({ from: this.#clock.wall() - by, by });
    this.#steps.splice(0, this.#steps.length - MOST_STEPS);
  }

  /** Whether a message of that time is to be given up. */
  isOver(at: EpochMs): boolean {
    if (this.#clock.monotonic() - this.#startedAt < AT_LEAST) return false;
    return this.#age(at) > TOO_OLD;
  }

  /** Whether a message of that time is old news. */
  isLate(at: EpochMs): boolean {
    return this.#age(at) > LATE;
  }

  #age(at: EpochMs): Ms {
    const skipped = this.#steps.reduce((sum, { from, by }) => (at <= from ? sum + by : sum), 0);
    return this.#clock.wall() - at - skipped;
  }
}
