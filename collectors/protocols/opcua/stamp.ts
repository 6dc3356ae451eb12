import { DAY, type EpochMs, MINUTE, type Ms } from '#model/time';

/*
 * Which time a sample carries. The source's own time is the truth, as long as the clock behind it can be true at all:
 * a server that starts in 1970 or runs an hour ahead must not scatter readings over the years.
 */

/** A value that last changed longer ago than this is dated by the server instead. */
const OLDEST: Ms = 30 * DAY;
/** Ahead of us by more than this is a wrong clock. */
const AHEAD: Ms = MINUTE;
/** A server's time in an answer to a read that was just made may be behind ours by this much. */
const BEHIND: Ms = 5 * MINUTE;

/** The times in one data value; null where the server gave none. */
export interface Times {
  readonly source: EpochMs | null;
  readonly server: EpochMs | null;
}

/** What must be remembered of a point so that no two of its samples carry the same time. */
export interface Stamps {
  /** The source time of the newest change. */
  readonly source: EpochMs;
  /** The time that the newest change was given. */
  readonly changed: EpochMs;
  /** The times of the newest confirmations, the newest first: as many as fit between two publishes. */
  readonly confirmed: readonly EpochMs[];
}

const CONFIRMATIONS_KEPT = 8;

export const noStamps: Stamps = {
  source: Number.NEGATIVE_INFINITY,
  changed: Number.NEGATIVE_INFINITY,
  confirmed: [],
};

export interface Stamped {
  readonly at: EpochMs;
  /** No clock of the server could be believed: `at` is ours. */
  readonly wrongClock: boolean;
  readonly stamps: Stamps;
}

/** A data change keeps its source time; several changes inside one millisecond follow each other by one. */
export function stampChange(stamps: Stamps, times: Times, now: EpochMs): Stamped {
  const { changed, confirmed } = stamps;
  const believed = [times.source, times.server].find((time) => time !== null && within(time, now, OLDEST));
  const time = believed ?? now;
  // A step back is a clock that was set: what follows is dated by it, not pinned to the old time.
  let at = time >= stamps.source ? Math.max(time, changed + 1) : time;
  while (confirmed.includes(at)) at += 1;
  const wrongClock = believed === undefined && (times.source ?? times.server) !== null;
  return { at, wrongClock, stamps: { source: time, changed: at, confirmed } };
}

/**
 * A read beside a subscription confirms the value at the server's time of the answer. It never carries a source
 * time: the change itself may still be on its way, and that time is the change's.
 */
export function stampConfirmation(stamps: Stamps, server: EpochMs | null, now: EpochMs): Stamped {
  const { changed, confirmed } = stamps;
  const believed = server !== null && within(server, now, BEHIND);
  const at = Math.max(believed ? server : now, changed + 1, (confirmed[0] ?? changed) + 1);
  return {
    at,
    wrongClock: server !== null && !believed,
    stamps: { ...stamps, confirmed: [at, ...confirmed.slice(0, CONFIRMATIONS_KEPT - 1)] },
  };
}

/** A polled value has its source time when that is new, else the read confirms it. */
export function stampPoll(stamps: Stamps, times: Times, now: EpochMs): Stamped {
  const { source } = times;
  const newest = Math.max(stamps.changed, stamps.confirmed[0] ?? stamps.changed);
  return source !== null && source > newest && within(source, now, OLDEST)
    ? stampChange(stamps, times, now)
    : stampConfirmation(stamps, times.server, now);
}

const within = (time: EpochMs, now: EpochMs, behind: Ms): boolean =>
  time >= now - behind && time <= now + AHEAD;
