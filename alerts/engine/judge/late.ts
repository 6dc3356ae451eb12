import type { PointId } from '#model/point';
import { type Reading, LATE_AFTER as UNDERWAY } from '#model/reading';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import type { Feed } from './feed.ts';
import type { Lane } from './lane.ts';

/*
 * Readings that come long after they were measured: a logger that was out of reach empties its memory. They may come
 * in any order and twice, and must not touch the state of now before all of them are seen in order. So only their span
 * is noted here; when the stream rests, the span is read from the journal, where they lie in place and once, and judged
 * there together with what was before and after (`retrace`). How many there are costs no memory.
 */

/** The stream rests when nothing came for this long. */
const REST: Ms = 3 * SECOND;
/** A stream that never rests (a device whose clock fell back) is judged this often. */
const PATIENCE: Ms = MINUTE;
/** Most of those that are not in the history; of more, the newest are judged. All of them lie in the journal. */
const MOST_ASIDE = 1_000;

/** Late readings of one point that wait to be judged. Plain data: it is stored. */
export interface LateSpan {
  /** Times of the first and the last of them. */
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly count: number;
  /** Arrivals: of the newest, and of the oldest that was not judged yet. */
  readonly arrived: EpochMs;
  readonly waitsSince: EpochMs;
  /** Those that are not in the history, as their time was taken by another value. */
  readonly aside: readonly Reading[];
}

/** What is to be read from the history in order to judge the late readings of a point. */
export interface LateQuestion {
  readonly point: PointId;
  /** Others that its rules compare it with. */
  readonly beside: readonly PointId[];
  /** What its signals remember reaches back to here: read first, and not judged. Equal to `from` when there are none. */
  readonly runUp: EpochMs;
  /** Inclusive; early enough that a delay which ran into the span is seen from its beginning. */
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
  /** It reaches up to the newest reading that was judged: what comes out is the state of now. */
  readonly atHead: boolean;
  /** How many late readings it is about. */
  readonly count: number;
}

/**
 * Older than the newest judged by more than a period (and not because the clock of the newest was ahead), or old
 * anyhow.
 */
export function isLate(at: EpochMs, arrived: EpochMs, newest: EpochMs, every: Ms): boolean {
  const lag = arrived - at;
  return lag > every && (newest - at > every || lag > UNDERWAY + every);
}

export function gather(span: LateSpan | null, { at }: Reading, arrived: EpochMs): LateSpan {
  if (span === null) return { from: at, to: at, count: 1, arrived, waitsSince: arrived, aside: [] };
  const { from, to, count } = span;
  return { ...span, from: Math.min(from, at), to: Math.max(to, at), count: count + 1, arrived };
}

export const setAside = (span: LateSpan, reading: Reading): LateSpan => ({
  ...span,
  aside: [...span.aside, reading].slice(-MOST_ASIDE),
});

/** A step of the clock, to either side, may make it due early and never holds it up. */
export const isDue = ({ arrived, waitsSince }: LateSpan, now: EpochMs): boolean =>
  Math.abs(now - arrived) >= REST || Math.abs(now - waitsSince) >= PATIENCE;

/**
 * How much of what is before and after decides about a reading: beyond it, no delay and no hole reaches. An on-delay may
 * run for its whole length up to the edge of a hole that it then outlives.
 */
const memoryOf = (lanes: readonly Lane[]): Ms =>
  Math.max(0, ...lanes.map(({ bridge, threshold }) => threshold.onDelay + bridge + threshold.offDelay));

interface Asked {
  readonly point: PointId;
  readonly lanes: readonly Lane[];
  readonly feeds: readonly Feed[];
  readonly newest: EpochMs;
}

export function questionOf(
  { from, to, count }: LateSpan,
  { point, lanes, feeds, newest }: Asked,
): LateQuestion {
  const memory = memoryOf(lanes);
  const remembered = Math.max(0, ...feeds.map(({ signal }) => signal.memory));
  const reach = to + memory + remembered;
  const atHead = newest <= reach;
  return {
    ...{ point, count, atHead },
    beside: feeds.flatMap(({ other }) => other ?? []),
    runUp: from - memory - remembered,
    from: from - memory,
    to: (atHead ? Math.max(newest, to) : reach) + 1,
  };
}
