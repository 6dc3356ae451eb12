import type { PointId } from './point.ts';
import type { Quality, Reason } from './quality.ts';
import { type EpochMs, MINUTE, type Ms } from './time.ts';

/**
 * One sample of one point, or the fact that there was none. `point` and `at` identify it: a second reading with
 * both equal is a repeat, whatever it says, and the first stands.
 */
export interface Reading {
  readonly point: PointId;
  /** When the source says it was measured. */
  readonly at: EpochMs;
  /** In the point's unit. Null when nothing was measured, then `quality` is `bad`. Never NaN or infinite. */
  readonly value: number | null;
  readonly quality: Quality;
  /** Given exactly when `quality` is not `good`. */
  readonly reason: Reason | null;
  /**
   * When it came to the gateway, by the gateway's clock. Only in what the journal's history answers, and only of a
   * reading that came late: the way from a source that is in reach takes seconds.
   */
  readonly arrived?: EpochMs;
}

/**
 * A reading is late when it arrived longer than this after it was measured. Longer than a broker's restart and a few
 * tries to log in again; shorter than any on-delay by which a late reading could change an alarm.
 */
export const LATE_AFTER: Ms = 2 * MINUTE;

/** A reading inside its device: `key` is the point's name there. Drivers and loggers speak of these. */
export interface Sample {
  readonly key: string;
  readonly at: EpochMs;
  readonly value: number | null;
  readonly quality: Quality;
  readonly reason: Reason | null;
}

export const goodSample = (key: string, at: EpochMs, value: number): Sample => ({
  key,
  at,
  value,
  quality: 'good',
  reason: null,
});

/** A failed read is a reading (invariant 3). */
export const badSample = (key: string, at: EpochMs, reason: Reason): Sample => ({
  key,
  at,
  value: null,
  quality: 'bad',
  reason,
});
