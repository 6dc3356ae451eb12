import { MINUTE, type Ms } from '#model/time';

/** A consumer that has not come so far as the journal had been this long ago is behind, whatever the load. */
export const BEHIND: Ms = 10 * MINUTE;

interface Sample {
  readonly at: Ms;
  readonly head: number;
}

/**
 * Which consumers of the journal are behind by time. Rows say little: at one load a thousand are a second, at another a
 * day. Time is the monotonic clock's.
 */
export class Backlog {
  #samples: Sample[] = [];

  /** `cursors`: the last row that each consumer has taken. */
  look(head: number, cursors: ReadonlyMap<string, number>, now: Ms): ReadonlyMap<string, boolean> {
    this.#samples = [...this.#samples.filter(({ at }) => now - at < BEHIND + MINUTE), { at: now, head }];
    const [oldest] = this.#samples;
    const due = oldest !== undefined && now - oldest.at >= BEHIND ? oldest.head : 0;
    return new Map([...cursors].map(([consumer, cursor]) => [consumer, cursor < due]));
  }
}
