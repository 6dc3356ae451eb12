import type { Ms } from '#model/time';

/** More keys than this are forgotten together: a flood of names must not grow our memory. */
const MAX_KEYS = 10_000;

/** Lets one through per key and period, and counts those that it held back. */
export class Throttle<Key> {
  readonly #period: Ms;
  readonly #seen = new Map<Key, { since: Ms; held: number }>();

  constructor(period: Ms) {
    this.#period = period;
  }

  /** How many this one stands for, itself included; 0 when it is held back. `now` is monotonic. */
  pass(key: Key, now: Ms): number {
    const entry = this.#seen.get(key);
    if (entry !== undefined && now - entry.since < this.#period) {
      entry.held += 1;
      return 0;
    }
    if (this.#seen.size >= MAX_KEYS) this.#seen.clear();
    this.#seen.set(key, { since: now, held: 0 });
    return 1 + (entry?.held ?? 0);
  }
}
