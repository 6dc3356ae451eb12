import type { EpochMs } from '#model/time';
import type { Cell } from '../answer.ts';
import type { Fill } from '../syntax/statement.ts';
import type { Output } from './output.ts';
import type { Moment, TimeSpan } from './time-span.ts';
import type { Windows } from './windows.ts';
import type { Work } from './work.ts';

export interface Filling {
  readonly outputs: readonly Output[];
  readonly fill: Fill;
  readonly descending: boolean;
  readonly span: TimeSpan;
  readonly work: Work;
  /** What is written as the time of a bucket. */
  readonly timeOf: (begin: EpochMs) => Moment;
}

/** Rows made at once. */
const ROWS = 1_000;

/** The buckets as rows in the order of the answer, which is also that of `previous`: those with something in them, and as `fill` wants it those without. */
export async function filledRows(windows: Windows, filling: Filling): Promise<readonly (readonly Cell[])[]> {
  const { outputs, fill, descending, work, timeOf } = filling;
  const filled = windows.begins();
  if (filled.length === 0) return [];
  const begins = windows.time === null || fill === 'none' ? filled : allBegins(windows, filled, filling);
  const fillers = begins === filled ? [] : outputs.map((output) => fillerOf(fill, output, windows));
  const rows: (readonly Cell[])[] = [];
  for (const at of descending ? begins.toReversed() : begins) {
    if (rows.length % ROWS === 0) await work.pause();
    const previous = rows.at(-1);
    const tallies = windows.at(at) ?? [];
    const cells = outputs.map(
      ({ cellOf }, column) => cellOf(tallies) ?? fillers[column]?.(previous?.[column + 1] ?? null) ?? null,
    );
    rows.push([timeOf(at), ...cells]);
  }
  return rows;
}

/** As InfluxDB: a count of nothing is 0 where anything at all was counted, and a number is what the column's type makes of it. */
function fillerOf(fill: Fill, { call, type, cellOf }: Output, windows: Windows): (previous: Cell) => Cell {
  const any = windows.some((tallies) => cellOf(tallies) !== null);
  if (type === null) return () => null;
  if (fill === 'previous') return (previous) => previous;
  if (typeof fill !== 'number') return () => (any && call?.name === 'count' ? 0 : null);
  const cell = type === 'integer' ? Math.trunc(fill) : fill;
  return () => (any && type === 'string' ? '' : cell);
}

/** Of the whole span; where it has no begin, from the first that has something in it. */
function allBegins(
  windows: Windows,
  filled: readonly EpochMs[],
  { outputs, span, work }: Filling,
): readonly EpochMs[] {
  const every = windows.time?.every ?? 1;
  const from = span.first === null ? (filled[0] ?? 0) : windows.beginOf(span.first.at);
  const to = span.last === null ? (filled.at(-1) ?? 0) : windows.beginOf(span.last.at);
  work.expect((to - from) / every + 1, outputs.length);
  return Array.from({ length: (to - from) / every + 1 }, (_, index) => from + index * every);
}
