import type { EpochMs } from '#model/time';
import type { Cell } from '../answer.ts';
import type { FunctionName, Select } from '../syntax/statement.ts';
import type { Tally } from './tally.ts';
import type { TimeSpan } from './time-span.ts';
import type { Windows } from './windows.ts';
import type { Work } from './work.ts';

export interface FilledRow {
  readonly at: EpochMs;
  /** Undefined: nothing is in the bucket. */
  readonly tallies: readonly Tally[] | undefined;
  readonly cells: readonly Cell[];
}

/** The buckets as rows in order of time: those with something in them, and as `fill` wants it those without. */
export function filledRows(
  windows: Windows,
  { fill }: Pick<Select, 'fill'>,
  { span, work }: { readonly span: TimeSpan; readonly work: Work },
): readonly FilledRow[] {
  const filled = windows.begins();
  if (filled.length === 0) return [];
  if (windows.time === null) return filled.map((at) => rowOf(windows, at, () => null));
  if (fill === 'none') return filled.map((at) => rowOf(windows, at, () => null));
  const fillers = windows.functions.map((name, column) =>
    fillerOf(fill, hasAny(windows, column) ? name : null),
  );
  const rows: FilledRow[] = [];
  for (const at of allBegins(windows, { filled, span, work })) {
    rows.push(rowOf(windows, at, (column) => fillers[column]?.(rows.at(-1)?.cells[column] ?? null) ?? null));
  }
  return rows;
}

function rowOf(windows: Windows, at: EpochMs, empty: (column: number) => Cell): FilledRow {
  const tallies = windows.at(at);
  return {
    at,
    tallies,
    cells: windows.functions.map((_, column) => tallies?.[column]?.result ?? empty(column)),
  };
}

const hasAny = (windows: Windows, column: number): boolean =>
  windows.begins().some((at) => (windows.at(at)?.[column]?.result ?? null) !== null);

/** As InfluxDB: a count of nothing is 0 where anything at all was counted. `name` is null for a column without a value. */
function fillerOf(fill: Select['fill'], name: FunctionName | null): (previous: Cell) => Cell {
  if (typeof fill === 'number') return () => fill;
  if (fill === 'previous') return (previous) => previous;
  return () => (name === 'count' ? 0 : null);
}

interface Filling {
  readonly filled: readonly EpochMs[];
  readonly span: TimeSpan;
  readonly work: Work;
}

/** Of the whole span; where it has no begin, from the first that has something in it. */
function* allBegins(windows: Windows, { filled, span, work }: Filling): Iterable<EpochMs> {
  const every = windows.time?.every ?? 1;
  const from = span.first === null ? (filled[0] ?? 0) : windows.beginOf(span.first.at);
  const to = span.last === null ? (filled.at(-1) ?? 0) : windows.beginOf(span.last.at);
  work.expect((to - from) / every + 1);
  for (let at = from; at <= to; at += every) yield at;
}
