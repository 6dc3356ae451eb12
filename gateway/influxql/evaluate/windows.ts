import type { EpochMs } from '#model/time';
import type { GroupBy } from '../syntax/statement.ts';
import type { Call } from './call.ts';
import { type Tally, tallyOf } from './tally.ts';
import type { Work } from './work.ts';

/** The buckets of time of one group, each with a tally for each function. Without GROUP BY time it is one, at 0. */
export class Windows {
  readonly time: GroupBy['time'];
  readonly #calls: readonly Call[];
  readonly #work: Work;
  readonly #windows = new Map<EpochMs, readonly Tally[]>();

  constructor(calls: readonly Call[], time: GroupBy['time'], work: Work) {
    this.#calls = calls;
    this.time = time;
    this.#work = work;
  }

  /** Begins of those in which there is anything, in order. */
  begins(): readonly EpochMs[] {
    return [...this.#windows.keys()].sort((a, b) => a - b);
  }

  /** Whether any of them is so. */
  some(is: (tallies: readonly Tally[]) => boolean): boolean {
    return this.#windows.values().some(is);
  }

  /** Where the bucket begins in which the moment lies. */
  beginOf(at: EpochMs): EpochMs {
    if (this.time === null) return 0;
    const { every, offset } = this.time;
    return Math.floor((at - offset) / every) * every + offset;
  }

  at(begin: EpochMs): readonly Tally[] | undefined {
    return this.#windows.get(begin);
  }

  /** The tallies of the bucket, made where there are none. Throws QueryError when there are too many buckets. */
  tallies(begin: EpochMs): readonly Tally[] {
    const known = this.#windows.get(begin);
    if (known !== undefined) return known;
    this.#work.expect(this.#windows.size + 1, this.#calls.length);
    const tallies = this.#calls.map(({ name }) => tallyOf(name));
    this.#windows.set(begin, tallies);
    return tallies;
  }
}
