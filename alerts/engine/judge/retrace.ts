import type { Alarm } from '#model/alarm';
import type { EpochMs } from '#model/time';
import { type Active, clearedAt, type Lane, type LaneState, step, worse } from './lane.ts';
import type { Sample } from './sample.ts';

/** Something beyond a limit for its on-delay, that is over. */
export interface Excursion extends Active {
  readonly clearedAt: EpochMs;
}

/** What samples in order of time make of a lane. */
export function retrace(lane: Lane, seed: LaneState, samples: readonly Sample[]) {
  const over: Excursion[] = [];
  let state = seed;
  for (const sample of samples) {
    const next = step(lane, state, sample);
    if (state.phase === 'active' && next.phase !== 'active') {
      over.push({ ...state, clearedAt: clearedAt(state, sample) });
    }
    state = next;
  }
  return { over, state };
}

export interface Evidence {
  readonly lane: Lane;
  readonly seed: LaneState;
  /** In order of time. */
  readonly samples: readonly Sample[];
  /** Alarms of this limit that are known, over or not. */
  readonly known: readonly Alarm[];
  /** The last sample is the newest of the point. */
  readonly atHead: boolean;
}

/** An occurrence that is known, as the readings show it. */
export interface Correction {
  readonly alarm: Alarm;
  readonly since: EpochMs;
  /** Null: it lasts, or how it ended is not among the readings. */
  readonly clearedAt: EpochMs | null;
  readonly worst: number | null;
}

type Found = Active & Span;

interface Span {
  readonly since: EpochMs;
  readonly clearedAt: EpochMs | null;
}

export interface Verdict {
  /** Nobody knows of these yet. `clearedAt` null: it lasts. */
  readonly news: readonly Found[];
  readonly corrected: readonly Correction[];
  /** The occurrence that lasts is over since then. */
  readonly over: EpochMs | null;
  /** The lane's state of now; null when the readings do not reach so far. */
  readonly state: LaneState | null;
}

/**
 * Compares what readings in order show with what is known. An excursion that overlaps a known occurrence is that
 * occurrence, perhaps with another beginning or end; one that overlaps none is news.
 */
export function judgeAgain({ lane, seed, samples, known, atHead }: Evidence): Verdict {
  const { over, state } = retrace(lane, seed, samples);
  const [start, end] = [samples.at(0)?.at ?? 0, samples.at(-1)?.at ?? 0];
  const found: Found[] = [...over];
  if (state.phase === 'active') found.push({ ...state, clearedAt: atHead ? null : end });
  const owners = Map.groupBy(found, (one) => known.find((alarm) => overlaps(alarm, one)));
  const lasting = known.find((alarm) => alarm.clearedAt === null);
  const ended = atHead && lasting !== undefined && state.phase !== 'active';
  return {
    news: owners.get(undefined) ?? [],
    corrected: [...owners].flatMap(([alarm, parts]) =>
      alarm === undefined ? [] : [correct(alarm, parts, { lane, start, end })],
    ),
    over: ended ? (over.findLast((one) => overlaps(lasting, one))?.clearedAt ?? lasting.raisedAt) : null,
    state: atHead ? state : null,
  };
}

interface Shown {
  readonly lane: Lane;
  readonly start: EpochMs;
  readonly end: EpochMs;
}

/**
 * What the readings span as a whole they show as it was, also when it was shorter than was thought while some were
 * missing. What reaches beyond them can only become longer.
 */
function correct(alarm: Alarm, parts: readonly Found[], { lane, start, end }: Shown): Correction {
  const since = Math.min(...parts.map((part) => part.since));
  const to = Math.max(...parts.map(endOf));
  const worst = parts.map((part) => part.worst).reduce((one, other) => worse(lane, one, other));
  const whole = alarm.since >= start && endOf(alarm) <= end;
  const clearedAt = whole ? to : Math.max(to, endOf(alarm));
  return {
    alarm,
    since: whole ? since : Math.min(since, alarm.since),
    clearedAt: Number.isFinite(clearedAt) ? clearedAt : null,
    worst: alarm.rule.kind === 'fault' ? null : whole ? worst : worse(lane, alarm.worst ?? worst, worst),
  };
}

const endOf = ({ clearedAt: end }: Span): EpochMs => end ?? Number.POSITIVE_INFINITY;

const overlaps = (one: Span, other: Span): boolean => one.since <= endOf(other) && other.since <= endOf(one);
