import type { Bucket } from '#model/journal';
import { type EpochMs, HOUR, type Ms } from '#model/time';
import { meanWithin, type Summary } from './samples.ts';

export interface BucketSpan {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly every: Ms;
}

interface Tally {
  count: number;
  bad: number;
  counted: number;
  sum: number;
  min: number;
  max: number;
}

/** Adds up summaries of pieces of time into equal spans aligned to the epoch. */
export class BucketTally {
  readonly #every: Ms;
  readonly #tallies = new Map<number, Tally>();

  constructor(every: Ms) {
    this.#every = every;
  }

  /** All of `summary` belongs to the bucket in which `at` lies. */
  add(at: EpochMs, summary: Summary): void {
    const key = Math.floor(at / this.#every);
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { count: 0, bad: 0, counted: 0, sum: 0, min: Infinity, max: -Infinity };
      this.#tallies.set(key, tally);
    }
    const { count, bad, min, mean, max } = summary;
    tally.count += count;
    tally.bad += bad;
    if (min === null || mean === null || max === null) return;
    tally.counted += count - bad;
    tally.sum += mean * (count - bad);
    tally.min = Math.min(tally.min, min);
    tally.max = Math.max(tally.max, max);
  }

  /** In order of time. */
  buckets(): Bucket[] {
    const inOrder = [...this.#tallies].sort(([a], [b]) => a - b);
    return inOrder.map(([key, { count, bad, counted, sum, min, max }]) => {
      const from = key * this.#every;
      if (counted === 0) return { from, count, bad, min: null, mean: null, max: null };
      return { from, count, bad, min, mean: meanWithin(sum / counted, min, max), max };
    });
  }
}

/** Whether an hour lies in the span and in one bucket as a whole, so that its summary says all. */
export function isWhole(hour: number, { from, to, every }: BucketSpan): boolean {
  const start = hour * HOUR;
  const end = start + HOUR;
  return start >= from && end <= to && Math.floor(start / every) === Math.floor((end - 1) / every);
}
