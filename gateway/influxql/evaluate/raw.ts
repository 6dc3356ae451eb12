import type { Cell } from '../answer.ts';
import { byTime, type Row } from '../series/row.ts';
import type { Measurement } from '../series/series.ts';
import type { Reference, Select } from '../syntax/statement.ts';
import { isField, passes } from './condition.ts';
import { type GroupTask, type Member, tagNames } from './group.ts';
import { isWithin, type Moment, readingSpan, spanOf } from './time-span.ts';
import { titlesOf } from './titles.ts';

/** A column of a question without functions. */
export interface RawColumn {
  readonly title: string;
  readonly name: string;
  readonly field: boolean;
}

/** `*` becomes all fields, and all tags that do not make series, by name. */
export function rawColumns({ columns, by }: Select, { fields, series }: Measurement): readonly RawColumn[] {
  const grouped = new Set(by.tags === '*' ? tagNames(series) : by.tags);
  const everything = (): { of: Reference; as: null }[] => {
    const tags = tagNames(series).filter((name) => !grouped.has(name));
    return [...fields.keys(), ...tags].sort().map((name) => ({ of: { name, kind: null }, as: null }));
  };
  const named = columns.flatMap(({ of, as }) => (of === '*' ? everything() : [{ of, as }]));
  const wanted = named.filter(({ of }) => of.name !== 'time');
  const titles = titlesOf(wanted.map(({ of, as }) => ({ name: of.name, as })));
  return wanted.map(({ of }, index) => ({
    title: titles[index] ?? of.name,
    name: of.name,
    field: isField(of, fields),
  }));
}

/** Its time, and a cell for each column. */
type RawRow = readonly [Moment, ...Cell[]];

/** Rows of the group that have at least one of the fields, in order of time. */
export async function rawRows(
  select: Select,
  columns: readonly RawColumn[],
  task: GroupTask,
): Promise<readonly RawRow[]> {
  const fields = columns.filter(({ field }) => field).map(({ name }) => name);
  if (fields.length === 0) return [];
  const { limit, offset } = select.rows;
  const room = task.context.work.roomForRows(columns.length);
  const most = offset + Math.min(limit ?? Infinity, room + 1);
  const found: RawRow[] = [];
  const inOrder = select.descending ? newestFirst : oldestFirst;
  // Of rows of one moment those of the first series come first, or last.
  const { members } = task.group;
  for (const member of select.descending ? members.toReversed() : members) {
    await addRows(found, member, { select, task, columns, fields, most });
    // Without LIMIT so many are too many, whichever they are.
    if (limit === null && found.length >= most) break;
    if (found.length > 2 * most) found.sort(inOrder).splice(most);
  }
  found.sort(inOrder).splice(most);
  return offset === 0 ? found : found.slice(offset);
}

const oldestFirst = (a: RawRow, b: RawRow): number => byTime(a[0], b[0]);
const newestFirst = (a: RawRow, b: RawRow): number => byTime(b[0], a[0]);

interface RowTask {
  readonly select: Select;
  readonly task: GroupTask;
  readonly columns: readonly RawColumn[];
  readonly fields: readonly string[];
  /** The first so many of each series are enough. */
  readonly most: number;
}

async function addRows(
  found: RawRow[],
  { series, rest }: Member,
  { select, task, columns, fields, most }: RowTask,
): Promise<void> {
  const { now, patterns, work } = task.context;
  const span = spanOf(select.where.time, now);
  const enough = found.length + most;
  for await (const page of series.pages(readingSpan(span), select.descending)) {
    await work.read(page.length);
    for (const row of page) {
      const has = fields.some((name) => row.fields[name] !== undefined);
      if (has && isWithin(span, row) && passes(rest, row.fields, patterns)) found.push(rawRow(row, columns));
      if (found.length >= enough) return;
    }
  }
}

const rawRow = (row: Row, columns: readonly RawColumn[]): RawRow => [
  { at: row.at, order: row.order },
  ...columns.map(({ name, field }) => (field ? row.fields[name] : row.tags[name]) ?? null),
];
