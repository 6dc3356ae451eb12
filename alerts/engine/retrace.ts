import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import type { EpochMs } from '#model/time';
import { type Active, clearedAt, type Lane, type LaneState, step, worse } from './lane.ts';

/** Something beyond a limit for its on-delay, that is over. */
export interface Excursion extends Active {
  readonly clearedAt: EpochMs;
}

/** What readings in order of time make of a lane. */
export function retrace(lane: Lane, seed: LaneState, readings: readonly Reading[]) {
  const over: Excursion[] = [];
  let state = seed;
  for (const reading of readings) {
    const next = step(lane, state, reading);
    if (state.phase === 'active' && next.phase !== 'active') {
      over.push({ ...state, clearedAt: clearedAt(state, reading) });
    }
    state = next;
  }
  return { over, state };
}

export interface Evidence {
  readonly lane: Lane;
  readonly seed: LaneState;
  /** In order of time. */
  readonly readings: readonly Reading[];
  /** Alarms of this limit that are known, over or not. */
  readonly known: readonly Alarm[];
  /** The last reading is the newest of the point. */
  readonly atHead: boolean;
}

/** An occurrence that is known, and the span that the readings show. */
export interface Widening {
  readonly alarm: Alarm;
  readonly since: EpochMs;
  /** Null: it lasts. */
  readonly clearedAt: EpochMs | null;
  readonly worst: number;
}

export interface Verdict {
  /** Nobody knows of these yet. `clearedAt` null: it lasts. */
  readonly news: readonly (Active & { readonly clearedAt: EpochMs | null })[];
  readonly wider: readonly Widening[];
  /** The occurrence that lasts is over since then. */
  readonly over: EpochMs | null;
  /** The lane's state of now; null when the readings do not reach so far. */
  readonly state: LaneState | null;
}

/**
 * Compares what readings in order show with what is known. An excursion that overlaps a known occurrence is that
 * occurrence, perhaps with another beginning or end; one that overlaps none is news.
 */
export function judgeAgain({ lane, seed, readings, known, atHead }: Evidence): Verdict {
  const { over, state } = retrace(lane, seed, readings);
  const found: (Active & { clearedAt: EpochMs | null })[] = [...over];
  const end = readings.at(-1)?.at ?? 0;
  if (state.phase === 'active') found.push({ ...state, clearedAt: atHead ? null : end });
  const pairs = found.map((one) => ({ one, alarm: known.find((alarm) => overlaps(alarm, one)) }));
  const lasting = known.find((alarm) => alarm.clearedAt === null);
  const ended = atHead && lasting !== undefined && state.phase !== 'active';
  return {
    news: pairs.flatMap(({ one, alarm }) => (alarm === undefined ? [one] : [])),
    wider: pairs.flatMap(({ one, alarm }) => {
      if (alarm === undefined) return [];
      const { since, clearedAt: to, worst } = one;
      return [{ alarm, since, clearedAt: to, worst: worse(lane, alarm.worst ?? worst, worst) }];
    }),
    over: ended ? (over.findLast((one) => overlaps(lasting, one))?.clearedAt ?? lasting.raisedAt) : null,
    state: atHead ? state : null,
  };
}

interface Span {
  readonly since: EpochMs;
  readonly clearedAt: EpochMs | null;
}

const endOf = ({ clearedAt: end }: Span): EpochMs => end ?? Number.POSITIVE_INFINITY;

const overlaps = (one: Span, other: Span): boolean => one.since <= endOf(other) && other.since <= endOf(one);
