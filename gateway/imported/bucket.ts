import type { Bucket } from '#model/journal';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from './pack.ts';

/** Some values of a point, summed up. */
export interface Sum {
  readonly at: EpochMs;
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly total: number;
}

export const sumOf = ({ at, value }: Sample): Sum => ({ at, count: 1, min: value, max: value, total: value });

/** Gathers sums, in order of time, into buckets of `every`, aligned to the epoch. */
export function gather(sums: Iterable<Sum>, every: Ms): Bucket[] {
  const gathered = new Map<EpochMs, Sum>();
  for (const sum of sums) {
    const from = Math.floor(sum.at / every) * every;
    const before = gathered.get(from);
    gathered.set(from, before === undefined ? sum : joined(before, sum));
  }
  return [...gathered].map(([from, { count, min, max, total }]) => ({
    ...{ from, count, bad: 0, min, max },
    mean: total / count,
  }));
}

const joined = (a: Sum, b: Sum): Sum => ({
  at: a.at,
  count: a.count + b.count,
  min: Math.min(a.min, b.min),
  max: Math.max(a.max, b.max),
  total: a.total + b.total,
});
