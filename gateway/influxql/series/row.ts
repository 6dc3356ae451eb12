import type { EpochMs } from '#model/time';

export type Value = string | number;
export type Tags = Readonly<Record<string, string>>;

/** One row of a series. */
export interface Row {
  readonly at: EpochMs;
  /** ns after `at`: rows of one series and one millisecond. */
  readonly order: number;
  readonly tags: Tags;
  readonly fields: Readonly<Record<string, Value | undefined>>;
}

/** `from` inclusive, `to` exclusive. */
export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export const byTime = (a: Row, b: Row): number => a.at - b.at || a.order - b.order;
