import type { Cell } from '../answer.ts';
import { byTime, type Row } from '../series/row.ts';
import type { Measurement } from '../series/series.ts';
import type { Reference, Select } from '../syntax/statement.ts';
import { isField, passes } from './condition.ts';
import { type GroupTask, type Member, tagNames } from './group.ts';
import { isWithin, readingSpan, spanOf } from './time-span.ts';
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

/** Rows of the group that have at least one of the fields, in order of time. */
export async function rawRows(
  select: Select,
  columns: readonly RawColumn[],
  task: GroupTask,
): Promise<Cell[][]> {
  const fields = columns.filter(({ field }) => field).map(({ name }) => name);
  if (fields.length === 0) return [];
  const { limit, offset } = select.rows;
  const room = task.context.work.roomForRows(columns.length);
  const most = Math.min(limit === null ? room + 1 : offset + limit, offset + room + 1);
  const found: Row[] = [];
  // Of rows of one moment those of the first series come first, or last.
  const { members } = task.group;
  for (const member of select.descending ? members.toReversed() : members) {
    found.push(...(await rowsOf(member, { select, task, fields, most })));
    found.sort(select.descending ? (a, b) => byTime(b, a) : byTime).splice(most);
  }
  return found.slice(offset, limit === null ? undefined : offset + limit).map((row) => cellsOf(row, columns));
}

interface RowTask {
  readonly select: Select;
  readonly task: GroupTask;
  readonly fields: readonly string[];
  /** The first so many are enough. */
  readonly most: number;
}

async function rowsOf(
  { series, rest }: Member,
  { select, task, fields, most }: RowTask,
): Promise<readonly Row[]> {
  const { now, patterns, work } = task.context;
  const span = spanOf(select.where.time, now);
  const rows: Row[] = [];
  for await (const page of series.pages(readingSpan(span), select.descending)) {
    await work.read(page.length);
    for (const row of page) {
      const has = fields.some((name) => row.fields[name] !== undefined);
      if (has && isWithin(span, row) && passes(rest, row.fields, patterns)) rows.push(row);
      if (rows.length >= most) return rows;
    }
  }
  return rows;
}

const cellsOf = (row: Row, columns: readonly RawColumn[]): Cell[] => [
  { at: row.at, order: row.order },
  ...columns.map(({ name, field }) => (field ? row.fields[name] : row.tags[name]) ?? null),
];
