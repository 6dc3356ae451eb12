import { type EpochMs, parseDuration } from '#model/time';
import type { Column, Question, TagFilter } from '../../grafana/question.ts';
import type { Row } from './journal-rows.ts';

/** A series as InfluxDB answers it. */
export interface Series {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  /** The first is the time in ms. */
  readonly values: readonly (readonly (string | number | null)[])[];
}

/** What Grafana fills in. */
export interface Asked {
  /** Both are asked for: Grafana says `time >= from and time <= to`. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** `$__interval`. */
  readonly interval: string;
  /** The chosen texts of each variable; null: whatever there is. */
  readonly variables: Readonly<Record<string, readonly string[] | null>>;
}

/** Every row there is: by measurement and by its tags, in order of time. */
export type Rows = ReadonlyMap<string, readonly Lane[]>;

interface Lane {
  readonly tags: Row['tags'];
  readonly rows: readonly Row[];
}

export function lanesOf(rows: readonly Row[]): Rows {
  const lane = ([first, ...others]: readonly Row[]): Lane[] =>
    first === undefined ? [] : [{ tags: first.tags, rows: [first, ...others].sort(inOrder) }];
  const measurements = Map.groupBy(rows, ({ measurement }) => measurement);
  return new Map(
    [...measurements].map(([name, of]) => {
      const byTags = Map.groupBy(of, ({ tags }) => JSON.stringify(Object.entries(tags).sort()));
      return [name, [...byTags.values()].flatMap(lane)];
    }),
  );
}

export const countIn = (lanes: readonly Lane[]): number =>
  lanes.reduce((sum, { rows }) => sum + rows.length, 0);

/** The answer to a question by looking at every row there is. */
export function answerByForce(rows: Rows, question: Question, asked: Asked): readonly Series[] {
  const { measurement, by, limit } = question;
  const lanes = (rows.get(measurement) ?? []).filter((lane) => isTagged(lane, question.tags, asked));
  const groups = Map.groupBy(lanes, ({ tags }) => JSON.stringify(by.map((tag) => tags[tag] ?? '')));
  const meant = (row: Row) =>
    (question.over === 'ever' || isWithin(row, asked)) &&
    question.where.every(({ field, is, number }) => compare(row.fields[field], is, number));
  return [...groups]
    .map(([key, group]) => {
      const rows = group.flatMap((lane) => lane.rows.filter(meant)).sort(inOrder);
      return seriesOf(question, asked, JSON.parse(key) as string[], rows);
    })
    .filter(({ values }) => values.length > 0)
    .sort((a, b) => inCodeOrder(Object.values(a.tags), Object.values(b.tags)) * (limit === null ? 1 : -1));
}

const isWithin = ({ at, order }: Row, { from, to }: Asked): boolean =>
  at >= from && (at < to || (at === to && order === 0));

/** A tag that a row does not have is an empty text. */
function isTagged(
  { tags }: Lane,
  filters: readonly TagFilter[],
  { variables }: Pick<Asked, 'variables'>,
): boolean {
  const chosen = (texts: TagFilter['in']) =>
    typeof texts === 'string' ? (variables[texts.slice(1)] ?? null) : texts;
  return filters.every(({ tag, in: texts }) => chosen(texts)?.includes(tags[tag] ?? '') ?? true);
}

function compare(value: string | number | undefined, is: Question['where'][number]['is'], number: number) {
  if (typeof value !== 'number') return false;
  if (is === '<') return value < number;
  if (is === '>') return value > number;
  return is === '=' ? value === number : value !== number;
}

const inOrder = (a: Row, b: Row): number => a.at - b.at || a.order - b.order;

function inCodeOrder(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((text, place) => text !== b[place]);
  return index < 0 ? 0 : Buffer.compare(Buffer.from(a[index] ?? ''), Buffer.from(b[index] ?? ''));
}

function seriesOf(question: Question, asked: Asked, key: readonly string[], rows: readonly Row[]): Series {
  return {
    name: question.measurement,
    tags: Object.fromEntries(question.by.map((tag, index) => [tag, key[index] ?? ''])),
    columns: ['time', ...question.columns.map(({ as }) => as)],
    values: valuesOf(question, asked, rows),
  };
}

function valuesOf(question: Question, asked: Asked, rows: readonly Row[]): Series['values'] {
  const { columns, every, fill } = question;
  const told = rows.filter(({ fields }) => columns.some(({ field }) => fields[field] !== undefined));
  const functions = columns.filter(({ statistic }) => statistic !== 'raw');
  if (functions.length === 0) return newest(told, question);
  if (told.length === 0) return [];
  if (every === null) return [overall(question, asked, told)];
  const width = parseDuration(every === '$__interval' ? asked.interval : every) ?? Number.NaN;
  const start = (at: EpochMs) => Math.floor(at / width) * width;
  const buckets = Map.groupBy(told, ({ at }) => start(at));
  const count = (start(asked.to) - start(asked.from)) / width + 1;
  const starts = Array.from({ length: count }, (_, index) => start(asked.from) + index * width);
  return starts
    .filter((from) => fill !== 'none' || buckets.has(from))
    .map((from) => [from, ...columns.map((column) => filled(column, buckets.get(from) ?? [], fill))]);
}

/** The rows themselves: all, oldest first, or the newest so many, newest first. */
function newest(rows: readonly Row[], { columns, limit }: Question): Series['values'] {
  const values = rows.map((row) => [row.at, ...columns.map(({ field }) => tell(row, field))]);
  return limit === null ? values : values.toReversed().slice(0, limit);
}

const tell = ({ fields, tags }: Row, name: string) => fields[name] ?? tags[name] ?? null;

/**
 * Of the whole span. One reading that a function chooses keeps its time and brings its other fields; what is made of many
 * has the time at which the span begins.
 */
function overall(
  { columns, over }: Question,
  { from }: Asked,
  rows: readonly Row[],
): Series['values'][number] {
  const [only, second] = columns.filter(({ statistic }) => statistic !== 'raw');
  const row = only === undefined || second !== undefined ? undefined : chosen(only, rows);
  const start = over === 'ever' ? 0 : from;
  const told = columns.map((column) =>
    column.statistic === 'raw' ? row && tell(row, column.field) : resultOf(column, rows),
  );
  return [row?.at ?? start, ...told.map((value) => value ?? null)];
}

/** Empty buckets of a count are 0 also where others are null. */
function filled(column: Column, rows: readonly Row[], fill: Question['fill']): string | number | null {
  if (rows.some(({ fields }) => fields[column.field] !== undefined)) return resultOf(column, rows);
  return fill === '0' || (column.statistic === 'count' && fill === 'null') ? 0 : null;
}

function resultOf(column: Column, rows: readonly Row[]): string | number | null {
  const { statistic, field } = column;
  const values = rows.map(({ fields }) => fields[field]).filter((value) => value !== undefined);
  if (statistic === 'count') return values.length;
  if (values.length === 0) return null;
  if (statistic !== 'mean' && statistic !== 'sum') return chosen(column, rows)?.fields[field] ?? null;
  const sum = values.reduce<number>((total, value) => total + Number(value), 0);
  return statistic === 'sum' ? sum : sum / values.length;
}

/**
 * The one row that a function chooses: of several smallest the first. Of several rows at the last moment InfluxDB takes one
 * or another: such a question has no answer, and must ask for a series each.
 */
function chosen({ statistic, field }: Column, rows: readonly Row[]): Row | undefined {
  const told = rows.filter(({ fields }) => fields[field] !== undefined);
  const [first] = told;
  const value = ({ fields }: Row) => fields[field] ?? 0;
  const isSame = (a: Row, b: Row | undefined) => a.at === b?.at && a.order === b.order;
  if (first === undefined) return undefined;
  const best = (better: (row: Row, than: Row) => boolean, among = told) =>
    among.reduce((kept, row) => (better(row, kept) ? row : kept));
  const greatest = (row: Row, than: Row) => value(row) > value(than);
  if (statistic === 'last' || statistic === 'first') {
    const [row = first, ...others] = told.filter((each) =>
      isSame(each, told.at(statistic === 'last' ? -1 : 0)),
    );
    if (others.length > 0) throw new Error(`${statistic} of several rows at the same moment`);
    return row;
  }
  if (statistic === 'max') return best(greatest);
  return statistic === 'min' ? best((row, than) => value(row) < value(than)) : undefined;
}
