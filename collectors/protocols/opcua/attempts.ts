import { type Clock, type Ms, SECOND } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';

const FIRST: Ms = 500;
/** With the quarter that the back-off takes off at random, no server meets more than one session in five seconds. */
const LEAST: Ms = 7 * SECOND;
const MOST: Ms = 30 * SECOND;

/**
 * How often one device's server is asked for a session: a few times quickly, as after its restart, then once a period
 * but not more than once in five seconds and not less than once in thirty. A session that lived for a while begins anew.
 */
export class Attempts {
  readonly #clock: Clock;
  readonly #longest: Ms;
  #failures = 0;
  #begun: Ms = Number.NEGATIVE_INFINITY;
  #notBefore: Ms = Number.NEGATIVE_INFINITY;

  constructor(every: Ms, clock: Clock) {
    this.#clock = clock;
    this.#longest = Math.min(MOST, Math.max(LEAST, every));
  }

  /** Until the next attempt may begin; 0 when it may begin now. */
  get wait(): Ms {
    return Math.max(0, this.#notBefore - this.#clock.monotonic());
  }

  begin(): void {
    this.#begun = this.#clock.monotonic();
  }

  /** The attempt, or the session that came of it, is over. */
  ended(): void {
    const now = this.#clock.monotonic();
    if (now - this.#begun > MOST) this.#failures = 0;
    const wait = backoff(this.#failures++, { first: FIRST, longest: this.#longest, random: Math.random });
    this.#notBefore = now + wait;
  }
}
