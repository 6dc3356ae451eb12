import { createHash } from 'node:crypto';
import { DAY, type EpochMs, type Ms } from '#model/time';
import type { Series } from './mapping.ts';
import { firstOf, type OldInflux, type Row, rowsOf } from './old-influx.ts';
import type { Sample } from './pack.ts';
import type { ImportedStore } from './store.ts';

/** What is asked for at once. */
const SPAN: Ms = 7 * DAY;

const REFUSALS = ['not-asked-for', 'not-a-number', 'out-of-range'] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What came of one series. */
export interface Taken {
  readonly series: Series;
  /** Null when the old database has nothing of it. */
  readonly from: EpochMs | null;
  readonly stored: number;
  readonly refused: Readonly<Partial<Record<Refusal, number>>>;
  /** Spans of a week that an earlier run had taken whole. */
  readonly before: number;
}

export interface Import {
  readonly influx: OldInflux;
  readonly store: ImportedStore;
  /** Null: from where the series begins. */
  readonly from: EpochMs | null;
  readonly to: EpochMs;
}

/** Takes one series, week by week. Whatever stops it, the next run goes on with the first week that is not whole. */
export async function importSeries(order: Import, series: Series): Promise<Taken> {
  const from = order.from ?? (await firstOf(order.influx, series));
  let taken: Taken = { series, from, stored: 0, refused: {}, before: 0 };
  if (from === null) return taken;
  // Before 1970 nothing was measured: a clock was wrong.
  for (let span = Math.floor(Math.max(0, from) / SPAN) * SPAN; span < order.to; span += SPAN) {
    taken = await takeSpan(order, taken, span);
  }
  return taken;
}

async function takeSpan(order: Import, taken: Taken, span: EpochMs): Promise<Taken> {
  const { influx, store } = order;
  const { series } = taken;
  const source = sourceOf(influx, series);
  if (store.isDone(source, series.point, span)) return { ...taken, before: taken.before + 1 };
  const [from, to] = [Math.max(span, order.from ?? span), Math.min(span + SPAN, order.to)];
  const { samples, refused } = judge(series, await rowsOf(influx, series, from, to), { from, to });
  const whole = from === span && to === span + SPAN;
  store.put(series.point, samples, whole ? { source, span } : null);
  return { ...taken, stored: taken.stored + samples.length, refused: sum(taken.refused, refused) };
}

/** What of the rows can be a value of the point, within the span that was asked for. */
export function judge(
  { range: [low, high], factor, offset }: Series,
  rows: readonly Row[],
  span: { readonly from: EpochMs; readonly to: EpochMs },
): { readonly samples: readonly Sample[]; readonly refused: Taken['refused'] } {
  const samples: Sample[] = [];
  let refused: Taken['refused'] = {};
  for (const [at, raw] of rows) {
    const value = typeof raw === 'number' ? raw * factor + offset : Number.NaN;
    if (at < span.from || at >= span.to) refused = sum(refused, { 'not-asked-for': 1 });
    else if (!Number.isFinite(value)) refused = sum(refused, { 'not-a-number': 1 });
    else if (value < low || value > high) refused = sum(refused, { 'out-of-range': 1 });
    else samples.push({ at, value });
  }
  return { samples, refused };
}

const sum = (a: Taken['refused'], b: Taken['refused']): Taken['refused'] =>
  Object.fromEntries(
    REFUSALS.map((reason) => [reason, (a[reason] ?? 0) + (b[reason] ?? 0)] as const).filter(
      ([, count]) => count > 0,
    ),
  );

/** Another database, or other tags, is another source: its weeks are asked for anew. */
const sourceOf = ({ url, database }: OldInflux, { range: _range, ...series }: Series): string =>
  createHash('sha256')
    .update(JSON.stringify([url, database, series]))
    .digest('hex');
