import type { Quality } from '#model/quality';
import type { EpochMs } from '#model/time';

/** What a lane compares with its limit: a reading as it is, or what a signal made of readings. */
export interface Sample {
  readonly at: EpochMs;
  readonly value: number | null;
  readonly quality: Quality;
  /** Since when it is as `value` says, where that is longer ago than `at`: the beginning of an hour, of an exposure. */
  readonly since?: EpochMs;
  /** What a person is told instead of `value`. */
  readonly shown?: number;
  /** When the limit will be reached, as it looks now. */
  readonly expectedAt?: EpochMs;
}
