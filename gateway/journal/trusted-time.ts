import { type EpochMs, HOUR, type Ms } from '#model/time';

/** Between two looks for what may go. */
export const LOOK_EVERY: Ms = HOUR;

/** How much a look may bring time forward: a gateway that was off for a year believes the date two weeks later. */
const MOST: Ms = 30 * HOUR;

/**
 * The time by which things expire. A clock that jumps ahead must not take years of readings with it: from one look to
 * the next time goes on by little more than a day, whatever the clock says. 0: there was no look before.
 */
export const trustedTime = (before: EpochMs, now: EpochMs): EpochMs =>
  before === 0 ? now : Math.min(now, before + MOST);
