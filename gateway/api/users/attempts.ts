import { MINUTE, type Ms, SECOND } from '#model/time';

/** Failures that cost nothing, by what was counted: one person mistypes, a ward shares an address. */
const FREE = { pair: 5, address: 20, name: 50 } as const;
const FIRST_WAIT: Ms = SECOND;
const LONGEST_WAIT: Ms = MINUTE;
/** Failures are forgotten after this long without another. */
const FORGET_AFTER: Ms = 15 * MINUTE;
/** A flood of made-up names and addresses must not fill the memory: the oldest are forgotten. */
const MOST_KEYS = 10_000;

interface Failures {
  readonly count: number;
  readonly last: Ms;
  /** Before this moment no try is looked at. */
  readonly until: Ms;
}

/**
 * Slows down guessing. Failed log-ins are counted by (name, address), by address and by name; beyond what is free,
 * each failure doubles the wait, up to a minute, so that a stranger can never lock a user out for good. Times are
 * monotonic.
 */
export class Attempts {
  readonly #failures = new Map<string, Failures>();

  /** How long the next try has to wait; 0 when it may come. */
  wait(name: string, address: string, now: Ms): Ms {
    const waits = keysOf(name, address).map(({ key }) => (this.#failures.get(key)?.until ?? 0) - now);
    return Math.max(0, ...waits);
  }

  failed(name: string, address: string, now: Ms): void {
    const [pair, ofAddress, ofName] = keysOf(name, address);
    // Who goes on and on is slowed as a pair, and must not slow the user at other addresses for as long.
    const counted = this.#count(pair.key, now) < FREE.pair ? [pair, ofAddress, ofName] : [pair, ofAddress];
    for (const { key, free } of counted) {
      const count = this.#count(key, now) + 1;
      this.#failures.delete(key);
      this.#failures.set(key, { count, last: now, until: now + waitAfter(count - free) });
    }
    for (const key of this.#failures.keys()) {
      if (this.#failures.size <= MOST_KEYS) break;
      this.#failures.delete(key);
    }
  }

  succeeded(name: string, address: string): void {
    for (const { key } of keysOf(name, address)) this.#failures.delete(key);
  }

  #count(key: string, now: Ms): number {
    const failures = this.#failures.get(key);
    return failures === undefined || now - failures.last > FORGET_AFTER ? 0 : failures.count;
  }
}

const waitAfter = (over: number): Ms =>
  over < 0 ? 0 : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(over, 10));

const keysOf = (name: string, address: string) =>
  [
    { key: `pair ${address} ${name}`, free: FREE.pair },
    { key: `address ${address}`, free: FREE.address },
    { key: `name ${name}`, free: FREE.name },
  ] as const;
