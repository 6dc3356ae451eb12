/*
 * What can be asked, as values. Names are those of InfluxQL:
 * https://docs.influxdata.com/influxdb/v1/query_language/spec/
 */

export type Statement = Select | Show;

export const FUNCTIONS = ['count', 'sum', 'mean', 'min', 'max', 'spread', 'first', 'last'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Reference {
  readonly name: string;
  /** As `"name"::tag` says it; null: what the measurement has under that name. */
  readonly kind: 'tag' | 'field' | null;
}

export interface Column {
  /** Null: the value itself. */
  readonly call: FunctionName | null;
  /** `*`: every field, and every tag that does not make series. */
  readonly of: Reference | '*';
  readonly as: string | null;
}

/** A measurement, or all whose name matches. */
export interface Source {
  readonly database: string | null;
  readonly name: { readonly is: string } | { readonly matches: string };
}

export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | '!~';
/** A text, a number, or (for `=~` and `!~`) a regular expression. */
export type Operand = string | number | { readonly pattern: string };

export interface Comparison {
  readonly compare: Operator;
  readonly of: Reference;
  readonly to: Operand;
}

export type Condition =
  | Comparison
  | { readonly join: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

/** One side of the span of time; ns since 1970, or before now. */
export interface TimeLimit {
  readonly compare: Exclude<Operator, '=~' | '!~' | '!='>;
  readonly base: 'now' | bigint;
  readonly shift: bigint;
}

export interface Where {
  readonly condition: Condition | null;
  /** All of them hold. */
  readonly time: readonly TimeLimit[];
}

export interface GroupBy {
  /** Tags that make a series each; `*`: all. */
  readonly tags: readonly string[] | '*';
  /** Width and shift of the buckets of time, in ms; null: none. */
  readonly time: { readonly every: number; readonly offset: number } | null;
}

/** What an empty bucket shows; `none`: it is left out. */
export type Fill = 'null' | 'none' | 'previous' | number;

export interface Page {
  readonly limit: number | null;
  readonly offset: number;
}

export interface Select {
  readonly kind: 'select';
  readonly columns: readonly Column[];
  readonly from: readonly Source[];
  readonly where: Where;
  readonly by: GroupBy;
  readonly fill: Fill;
  readonly descending: boolean;
  readonly rows: Page;
  readonly series: Page;
}

export const SUBJECTS = [
  'databases',
  'retention policies',
  'measurements',
  'tag keys',
  'tag values',
  'field keys',
  'series',
] as const;
export type Subject = (typeof SUBJECTS)[number];

/** Which keys `SHOW TAG VALUES` is about. */
export type KeyChoice = { readonly in: readonly string[]; readonly not: boolean } | KeyPattern;
interface KeyPattern {
  readonly pattern: string;
  readonly not: boolean;
}

export interface Show {
  readonly kind: 'show';
  readonly subject: Subject;
  /** ON: null where it is left out. */
  readonly database: string | null;
  /** Empty: of all measurements. */
  readonly from: readonly Source[];
  readonly keys: KeyChoice | null;
  readonly where: Where;
  readonly rows: Page;
}

export const NO_WHERE: Where = { condition: null, time: [] };
