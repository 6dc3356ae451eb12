import type { Bucket } from '#model/journal';
import type { Patterns } from '../pattern/patterns.ts';
import type { Series } from '../series/series.ts';
import type { Call } from './call.ts';
import { passes } from './condition.ts';
import type { Counting } from './counting.ts';
import type { Member } from './group.ts';
import type { Summary } from './tally.ts';
import { wholeMsSpan } from './time-span.ts';
import type { Windows } from './windows.ts';

/** What of a bucket of the history a function is fed with; null: nothing is in it. */
type Part = (bucket: Bucket) => Summary | null;

export interface Summaries {
  readonly buckets: NonNullable<Series['buckets']>;
  /** One for each function. */
  readonly parts: readonly Part[];
}

/** Any bucket of time is in it: the whole span. */
const ENDLESS = Number.MAX_SAFE_INTEGER;

/**
 * Whether what the history has summed up says the same as the readings would: it knows the good and uncertain values of an
 * hour together, and how many readings were bad. Null: the readings must be read.
 */
export function summariesFor(
  { series, rest }: Member,
  counting: Counting,
  patterns: Patterns,
): Summaries | null {
  const { calls, windows } = counting;
  const { buckets } = series;
  if (buckets === undefined || (windows.time?.offset ?? 0) !== 0) return null;
  if (speaksOfValue(rest)) return null;
  const asked = [0, 1, 2].map((q) => passes(rest, { q }, patterns)).join();
  const parts = calls.map((call) => partOf(call, asked));
  return parts.every((part) => part !== null) ? { buckets, parts } : null;
}

const GOOD_OR_UNCERTAIN = 'true,true,false';
const ALL = 'true,true,true';
const BAD = 'false,false,true';

function partOf({ name, field }: Call, asked: string): Part | null {
  if (name === 'first' || name === 'last') return null;
  if (field === 'value') return asked === GOOD_OR_UNCERTAIN ? values : null;
  if (field !== 'q' || name !== 'count') return null;
  if (asked === GOOD_OR_UNCERTAIN) return counted(({ count, bad }) => count - bad);
  if (asked === ALL) return counted(({ count }) => count);
  return asked === BAD ? counted(({ bad }) => bad) : null;
}

function values({ count, bad, min, mean, max }: Bucket): Summary | null {
  if (min === null || mean === null || max === null) return null;
  return { count: count - bad, sum: mean * (count - bad), min, max };
}

const counted =
  (howMany: (bucket: Bucket) => number): Part =>
  (bucket) => {
    const count = howMany(bucket);
    return count === 0 ? null : { count, sum: 0, min: 0, max: 0 };
  };

function speaksOfValue(rest: Member['rest']): boolean {
  if (typeof rest === 'boolean') return false;
  return 'join' in rest ? speaksOfValue(rest.left) || speaksOfValue(rest.right) : rest.of.name !== 'q';
}

export async function addSummaries({ buckets, parts }: Summaries, counting: Counting): Promise<void> {
  const { span, windows, work } = counting;
  for await (const piece of buckets(wholeMsSpan(span), windows.time?.every ?? ENDLESS)) {
    await work.pause();
    for (const bucket of piece) addSummary(bucket, parts, windows);
  }
}

function addSummary(bucket: Bucket, parts: readonly Part[], windows: Windows): void {
  for (const [index, part] of parts.entries()) {
    const summary = part(bucket);
    if (summary !== null) windows.tallies(windows.beginOf(bucket.from))[index]?.addSummary(summary);
  }
}
