import type { Bucket } from '#model/journal';
import type { Reading } from '#model/reading';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms, SECOND } from '#model/time';

/** What is drawn. Null breaks the line: nothing is ever joined over a gap or a bad reading. */
export interface Series {
  readonly times: readonly EpochMs[];
  readonly mean: readonly (number | null)[];
  /** Only of buckets. */
  readonly min: readonly (number | null)[] | null;
  readonly max: readonly (number | null)[] | null;
  /** When readings were bad. */
  readonly bad: readonly EpochMs[];
  /** Of readings that came late: when they came. */
  readonly arrived: ReadonlyMap<EpochMs, EpochMs>;
}

/** Neighbours further apart than this many periods have a gap between them. */
const GAP_PERIODS = 2.5;
/** So many readings are drawn one by one; more of them are drawn as buckets. */
const MOST_READINGS = 2_000;
const BUCKETS_ACROSS = 500;

const STEPS: readonly Ms[] = [
  ...[10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  DAY,
];

/** The length of buckets for a span, or null when the readings themselves are few enough. */
export function bucketLength(span: Ms, every: Ms): Ms | null {
  if (span / every <= MOST_READINGS) return null;
  const least = Math.max(span / BUCKETS_ACROSS, every);
  return STEPS.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
}

export function seriesOfReadings(readings: readonly Reading[], every: Ms): Series {
  const times: EpochMs[] = [];
  const mean: (number | null)[] = [];
  let before: EpochMs | undefined;
  for (const { at, value, quality } of readings) {
    if (before !== undefined && at - before > GAP_PERIODS * every) {
      times.push(before + every);
      mean.push(null);
    }
    times.push(at);
    mean.push(quality === 'bad' ? null : value);
    before = at;
  }
  const bad = readings.filter(({ quality }) => quality === 'bad').map(({ at }) => at);
  const late = readings.flatMap(({ at, arrived }) => (arrived === undefined ? [] : [[at, arrived] as const]));
  return { times, mean, min: null, max: null, bad, arrived: new Map(late) };
}

/** A bucket without any reading is left out by the gateway; it is put back as a hole. */
export function seriesOfBuckets(buckets: readonly Bucket[], every: Ms): Series {
  const filled: Pick<Bucket, 'from' | 'min' | 'mean' | 'max'>[] = [];
  let before: EpochMs | undefined;
  for (const bucket of buckets) {
    if (before !== undefined && bucket.from - before > every) filled.push(hole(before + every));
    filled.push(bucket);
    before = bucket.from;
  }
  return {
    times: filled.map(({ from }) => from + every / 2),
    mean: filled.map(({ mean }) => mean),
    min: filled.map(({ min }) => min),
    max: filled.map(({ max }) => max),
    bad: buckets.filter(({ bad }) => bad > 0).map(({ from }) => from + every / 2),
    arrived: new Map(),
  };
}

const hole = (from: EpochMs) => ({ from, min: null, mean: null, max: null });

export interface Summary {
  readonly count: number;
  readonly bad: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

/** One line for readings and buckets alike; the mean weighs each bucket by its good readings. */
export function summarize(buckets: readonly Bucket[]): Summary {
  const good = buckets.filter(({ mean }) => mean !== null);
  const weight = ({ count, bad }: Bucket) => count - bad;
  const sum = (take: (bucket: Bucket) => number) => good.reduce((total, bucket) => total + take(bucket), 0);
  const weights = sum(weight);
  const extreme = (pick: (a: number, b: number) => number, of: 'min' | 'max') =>
    good.reduce<number | null>((found, bucket) => {
      const value = bucket[of];
      return value === null ? found : found === null ? value : pick(found, value);
    }, null);
  return {
    count: buckets.reduce((total, { count }) => total + count, 0),
    bad: buckets.reduce((total, { bad }) => total + bad, 0),
    min: extreme(Math.min, 'min'),
    mean: weights === 0 ? null : sum((bucket) => (bucket.mean ?? 0) * weight(bucket)) / weights,
    max: extreme(Math.max, 'max'),
  };
}

/** A reading as a bucket of one, so that both are summed up alike. */
export function bucketOfReading({ at, value, quality }: Reading): Bucket {
  const good = quality === 'bad' ? null : value;
  return { from: at, count: 1, bad: quality === 'bad' ? 1 : 0, min: good, mean: good, max: good };
}
