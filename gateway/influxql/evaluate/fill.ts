import type { EpochMs } from '#model/time';
import type { Cell } from '../answer.ts';
import type { Fill } from '../syntax/statement.ts';
import type { Output } from './output.ts';
import type { TimeSpan } from './time-span.ts';
import type { Windows } from './windows.ts';
import type { Work } from './work.ts';

export interface Filling {
  readonly outputs: readonly Output[];
  readonly fill: Fill;
  readonly descending: boolean;
  readonly span: TimeSpan;
  readonly work: Work;
}

export interface FilledRow {
  readonly at: EpochMs;
  readonly cells: readonly Cell[];
}

/** The buckets as rows in the order of the answer, which is also that of `previous`: those with something in them, and as `fill` wants it those without. */
export function filledRows(windows: Windows, filling: Filling): readonly FilledRow[] {
  const { outputs, fill, descending } = filling;
  const filled = windows.begins();
  if (filled.length === 0) return [];
  const begins = windows.time === null || fill === 'none' ? filled : allBegins(windows, filled, filling);
  const inOrder = descending ? begins.toReversed() : begins;
  const cellsAt = (at: EpochMs) => outputs.map(({ cellOf }) => cellOf(windows.at(at) ?? []));
  if (begins === filled) return inOrder.map((at) => ({ at, cells: cellsAt(at) }));
  const fillers = outputs.map((output) => fillerOf(fill, output, windows));
  const rows: FilledRow[] = [];
  for (const at of inOrder) {
    const previous = rows.at(-1)?.cells;
    const cells = cellsAt(at).map(
      (cell, column) => cell ?? fillers[column]?.(previous?.[column] ?? null) ?? null,
    );
    rows.push({ at, cells });
  }
  return rows;
}

/** As InfluxDB: a count of nothing is 0 where anything at all was counted, and a number is what the column's type makes of it. */
function fillerOf(fill: Fill, { call, type, cellOf }: Output, windows: Windows): (previous: Cell) => Cell {
  const any = windows.begins().some((at) => cellOf(windows.at(at) ?? []) !== null);
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
