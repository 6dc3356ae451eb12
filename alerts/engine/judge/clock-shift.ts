import type { EpochMs, Ms } from '#model/time';
import type { LaneState } from './lane.ts';

/*
 * The clock of the gateway was set. Points that are stamped by it go on in the new time, those with a clock of their own
 * in the old one; which of them it is shows in the next reading: the way from stamp to arrival is as long as it was, or
 * longer by the step. A delay that runs on a point of the first kind moves with the clock, so that it lasts as
 * long as it should and is not begun anew.
 */

/** A step that a point has not shown yet to follow. */
export interface ClockShift {
  readonly by: Ms;
  /** Readings that did not follow: they may have been stamped before the step and come after it. */
  readonly unmoved: number;
}

/** After this many that did not follow, the point has a clock of its own. */
const MOST_UNMOVED = 3;

/** Steps that follow one another before the point was read again are one. */
export const shiftBy = (shift: ClockShift | null, by: Ms): ClockShift => ({
  by: by + (shift?.by ?? 0),
  unmoved: 0,
});

export const follows = ({ by }: ClockShift, lagBefore: Ms, lagNow: Ms): boolean =>
  Math.abs(lagNow - lagBefore) < Math.abs(by) / 2;

export const unmoved = ({ by, unmoved: count }: ClockShift): ClockShift | null =>
  count + 1 >= MOST_UNMOVED ? null : { by, unmoved: count + 1 };

/** The same state in the new time. What was told already, since when and when raised, stands as it was told. */
export function shifted(state: LaneState, by: Ms): LaneState {
  const moved = (at: EpochMs) => at + by;
  if (state.phase === 'pending') return { ...state, since: moved(state.since), seen: moved(state.seen) };
  if (state.phase === 'active' && state.back !== null) return { ...state, back: moved(state.back) };
  return state;
}
