import type { Quantity } from '#model/quantity';

/*
 * What a panel asks, as a value: `influxql.ts` writes it as InfluxQL, and the panel test answers it from the journal by
 * brute force, so that a wrong sentence is found by its answer.
 */

/**
 * A function over the rows of a bucket (or of the whole span). `raw`: the rows themselves; beside a `first`, `last`, `min`
 * or `max` of a question without buckets: the same row's other fields.
 */
export type Statistic = 'raw' | 'mean' | 'min' | 'max' | 'last' | 'first' | 'count' | 'sum';

/** Empty buckets: nothing is there (a gap stays a gap), or 0 for what is counted. */
export type Fill = 'null' | 'none' | '0';

export interface Column {
  readonly statistic: Statistic;
  /** A field of the measurement; of `raw` also a tag. */
  readonly field: string;
  readonly as: string;
}

/** A tag equals one of these texts; `$name` stands for the dashboard's variable. */
export interface TagFilter {
  readonly tag: string;
  readonly in: readonly string[] | `$${string}`;
}

export interface Question {
  readonly measurement: Quantity | 'alarm' | 'event' | 'gateway';
  readonly columns: readonly Column[];
  readonly tags: readonly TagFilter[];
  /** Only rows whose numeric field is so: of readings, `q` below 2 is whatever is a value. */
  readonly where: readonly {
    readonly field: string;
    readonly is: '=' | '<' | '>' | '!=';
    readonly number: number;
  }[];
  /** `range`: what the dashboard shows. `ever`: whatever is there, because what stands may have begun long ago. */
  readonly over: 'range' | 'ever';
  /** Tags that make a series each. */
  readonly by: readonly string[];
  /** `$__interval` of Grafana; or a fixed width as InfluxQL writes it (`1h`); null: one answer for the whole span. */
  readonly every: '$__interval' | `${number}${'s' | 'm' | 'h' | 'd'}` | null;
  /** Of buckets. */
  readonly fill: Fill;
  /** The newest so many rows of each series, newest first, of `raw` only; null: all, oldest first. */
  readonly limit: number | null;
}
