import { useEffect, useState } from 'preact/hooks';
import type { Gap } from '#model/journal';
import type { SitePoint } from '#model/site';
import { type Ms, SECOND } from '#model/time';
import { client, type Span } from '../client.ts';
import { pageClock } from '../clock.ts';
import { usePageError } from '../page-error.ts';
import type { ImportedTrend } from './plot-imported.ts';
import {
  bucketLength,
  bucketOfReading,
  type Series,
  type Summary,
  seriesOfBuckets,
  seriesOfReadings,
  summarize,
} from './series.ts';

export interface Trend {
  readonly span: Span;
  readonly series: Series;
  readonly summary: Summary;
  readonly gaps: readonly Gap[];
  /** Null: it could not be had. */
  readonly imported: ImportedTrend | null;
}

/** The most readings that the gateway answers at once. */
const LIMIT = 10_000;
const REFRESH: Ms = 10 * SECOND;

async function load(point: SitePoint, span: Span): Promise<Trend> {
  const every = bucketLength(span.to - span.from, point.every);
  const [{ gaps }, imported, parts] = await Promise.all([
    client.gaps(point.id, span),
    // What is only to be looked at keeps no reading away; that it is missing is said.
    client.imported(point.id, span, every ?? point.every).catch(() => null),
    every === null ? loadReadings(point, span) : loadBuckets(point, span, every),
  ]);
  return { span, gaps, imported, ...parts };
}

async function loadReadings(point: SitePoint, span: Span) {
  const { readings } = await client.readings(point.id, span, LIMIT);
  return {
    series: seriesOfReadings(readings, point.every),
    summary: summarize(readings.map(bucketOfReading)),
  };
}

async function loadBuckets(point: SitePoint, span: Span, every: Ms) {
  const { buckets } = await client.buckets(point.id, span, every);
  return { series: seriesOfBuckets(buckets, every), summary: summarize(buckets) };
}

/** The trend of a point over a span; one that ends now is asked again as it grows. */
export function useTrend(point: SitePoint, spanAt: () => Span, key: string) {
  const [trend, setTrend] = useState<Trend | null>(null);
  const { error, run } = usePageError();
  useEffect(() => {
    let current = true;
    const take = (found: Trend) => {
      if (current) setTrend(found);
    };
    const ask = () => run(() => load(point, spanAt()), take);
    ask();
    const stop = pageClock.every(Math.max(REFRESH, point.every), ask);
    return () => {
      current = false;
      stop();
    };
  }, [point.id, key]);
  return { trend, error };
}
