import type { Patterns } from '../pattern/patterns.ts';
import { QueryError } from '../query-error.ts';
import { type Tags, tagsKey } from '../series/row.ts';
import type { Measurement, Series } from '../series/series.ts';
import type { Select } from '../syntax/statement.ts';
import { comparisonsIn, type Rest, restFor } from './condition.ts';
import type { Context } from './context.ts';

/** Comparisons that are made with every single row. */
const MOST_OF_ROWS = 20;

/** A series, and what is left to ask of its rows. */
export interface Member {
  readonly series: Series;
  readonly rest: Exclude<Rest, false>;
}

/** Series that become one in the answer. */
export interface Group {
  /** Those of GROUP BY, in order of their names; undefined without any. */
  readonly tags: Tags | undefined;
  readonly members: readonly Member[];
}

/** A group to be answered. */
export interface GroupTask {
  readonly measurement: Measurement;
  readonly group: Group;
  readonly context: Context;
}

/** Groups of a measurement in the order of the answer: by their tags. */
export function groupsOf(
  measurement: Measurement,
  { where, by }: Select,
  patterns: Patterns,
): readonly Group[] {
  const { fields, series } = measurement;
  const names = by.tags === '*' ? tagNames(series) : by.tags.toSorted();
  const groups = new Map<string, { tags: Tags | undefined; members: Member[] }>();
  for (const one of inOrder(series)) {
    const rest = restFor(where.condition, one.tags, { fields, patterns });
    if (rest === false) continue;
    if (rest !== true && comparisonsIn(rest).length > MOST_OF_ROWS)
      throw new QueryError(`more than ${MOST_OF_ROWS} comparisons with fields: ask several questions`);
    const values = names.map((name) => one.tags[name] ?? '');
    const key = values.join('\0');
    const group = groups.get(key);
    if (group !== undefined) group.members.push({ series: one, rest });
    else groups.set(key, { tags: tagsOf(names, values), members: [{ series: one, rest }] });
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

export const tagNames = (series: readonly Series[]): readonly string[] =>
  [...new Set(series.flatMap(({ tags }) => Object.keys(tags)))].sort();

/** By their tags. A year of alarms has thousands. */
const inOrder = (series: readonly Series[]): readonly Series[] =>
  series
    .map((one) => ({ one, key: tagsKey(one.tags) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ one }) => one);

const tagsOf = (names: readonly string[], values: readonly string[]): Tags | undefined =>
  names.length === 0
    ? undefined
    : Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
