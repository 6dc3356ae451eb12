import type { Bucket } from '#model/journal';
import type { Ms } from '#model/time';
import type { Row, Span, Tags } from './row.ts';

/** What has one measurement and one set of tags. */
export interface Series {
  readonly tags: Tags;
  /** In pages, in order of time or from the newest back; a page is never empty. */
  pages(span: Span, newestFirst: boolean): AsyncIterable<readonly Row[]>;
  /** Of readings: what the history has summed up already, in pieces in order of time. Undefined where there is no such thing. */
  readonly buckets?: (span: Span, every: Ms) => AsyncIterable<readonly Bucket[]>;
}

export type FieldType = 'float' | 'integer' | 'string';

/** A measurement within a span of time. */
export interface Measurement {
  readonly name: string;
  readonly fields: ReadonlyMap<string, FieldType>;
  readonly series: readonly Series[];
}

/** Everything that can be asked about; measurements in the order of their names. */
export interface SeriesStore {
  /** Measurements that have rows, at any time: for what series and fields there are. */
  all(): Promise<readonly Measurement[]>;
  /** Those of the names, with what they hold in the span. `read` hears of rows that had to be read for that. */
  open(
    names: (name: string) => boolean,
    span: Span,
    read: (rows: number) => Promise<void>,
  ): Promise<readonly Measurement[]>;
}
