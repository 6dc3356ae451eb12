import type { EpochMs, Ms } from '#model/time';
import type { Valued } from './signal.ts';

/** A missed sample or two are no hole; what is longer is, and of it nothing is known. */
const PERIODS_HELD = 2;

/** A stretch of time during which a value stood. */
export interface Held {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly value: number;
}

/**
 * A value stands until the next reading, good or bad, and at most two periods. So time is what is weighed and not the
 * number of samples: a logger that measures more often while it is too warm does not make it warmer.
 */
export const heldUntil = ({ at, value }: Valued, next: EpochMs, every: Ms): Held => ({
  from: at,
  to: Math.max(at, Math.min(next, at + PERIODS_HELD * every)),
  value,
});
