import type { Moment } from './evaluate/time-span.ts';

export type Cell = string | number | boolean | null | Moment;

/** One series of an answer, as InfluxDB's JSON has it. */
export interface AnswerSeries {
  readonly name?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly Cell[])[];
}

/** What became of a statement. */
export type Result = { readonly series: readonly AnswerSeries[] } | { readonly error: string };
