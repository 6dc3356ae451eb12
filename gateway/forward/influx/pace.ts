import { type Ms, SECOND } from '#model/time';

/** Of the time, the part in which a backlog is sent; the rest is left to live data, also of a server on the same box. */
const FULL_SHARE = 0.9;
const LEAST_SHARE = 0.1;
/** The main thread runs alarms and the broker: when it comes this much too late to a timer, the machine is overloaded. */
const LATE: Ms = 50;
const LONGEST_REST: Ms = 5 * SECOND;

/**
 * How fast a backlog is drained: one batch after the other with a rest in between, in proportion to the time that the
 * batch took, so that the rate follows what machine and server can do. Each sign of overload halves the share, each
 * look without one gives a little back.
 */
export class Pace {
  #share = FULL_SHARE;

  /** How late the main thread came to its timer. */
  felt(late: Ms): void {
    this.#share =
      late > LATE ? Math.max(LEAST_SHARE, this.#share / 2) : Math.min(FULL_SHARE, this.#share * 1.1);
  }

  /** After a full batch that took so long. */
  restAfter(busy: Ms): Ms {
    return Math.min(LONGEST_REST, busy * (1 / this.#share - 1));
  }
}
