import type { EpochMs } from '#model/time';

export type Value = string | number;
export type Tags = Readonly<Record<string, string>>;

/** The same for the same tags; in the order that InfluxDB gives to series. */
export const tagsKey = (tags: Tags): string =>
  Object.keys(tags)
    .sort()
    .map((name) => `${name}\0${tags[name]}`)
    .join('\0');

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

type Timed = Pick<Row, 'at' | 'order'>;

export const byTime = (a: Timed, b: Timed): number => a.at - b.at || a.order - b.order;
