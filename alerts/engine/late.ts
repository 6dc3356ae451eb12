import type { Reading } from '#model/reading';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { type Active, clearedAt, type Lane, type LaneState, NORMAL, step } from './lane.ts';

/*
 * Readings that come when newer ones were judged already: a logger that was out of reach empties its memory. They
 * must not touch the state of now, and they may come in any order. So they are gathered, put in order of time when
 * the stream rests, and judged by machines of their own. What lasted its delay among them is an alarm, marked late.
 */

/** The stream rests when nothing came for this long. */
const REST: Ms = 5 * SECOND;
/** A stream that never rests (a device whose clock fell back) is judged this often. */
const PATIENCE: Ms = MINUTE;
/** Most readings gathered of one point; 10,000 are a week of minutes. */
const MOST = 10_000;

/** Late readings of one point. Plain data: it is stored. */
export interface LateReadings {
  readonly readings: Reading[];
  /** Arrivals: of the newest, and of the oldest that was not judged yet. */
  arrived: EpochMs;
  unjudgedSince: EpochMs | null;
  /** What was told already of this stream: it is not told again when more of it is seen. */
  readonly told: { readonly rule: string; readonly from: EpochMs; readonly to: EpochMs }[];
}

/** Something beyond a limit for its on-delay. */
export interface Excursion extends Active {
  readonly lane: Lane;
  /** When it was over; as far as the late readings go, when they end before it does. */
  readonly clearedAt: EpochMs;
}

/** Older than the newest judged by more than a period, and not because the clock of the newest was ahead. */
export const isLate = (at: EpochMs, arrived: EpochMs, newest: EpochMs, every: Ms): boolean =>
  newest - at > every && arrived - at > every;

export function gather(late: LateReadings | null, reading: Reading, arrived: EpochMs): LateReadings {
  const into = late ?? { readings: [], arrived, unjudgedSince: arrived, told: [] };
  into.readings.push(reading);
  into.arrived = arrived;
  into.unjudgedSince ??= arrived;
  return into;
}

/** Whether it is time to judge what was gathered, to forget it, or neither. */
export function dueOf(late: LateReadings, now: EpochMs, every: Ms): 'judge' | 'forget' | 'wait' {
  const rested = now - late.arrived;
  if (late.unjudgedSince !== null) {
    const judge = rested >= REST || now - late.unjudgedSince >= PATIENCE || late.readings.length >= MOST;
    return judge ? 'judge' : 'wait';
  }
  return rested >= 2 * every + PATIENCE || late.readings.length >= MOST ? 'forget' : 'wait';
}

/** What is news in the gathered readings; notes it as told. */
export function judgeLate(late: LateReadings, lanes: readonly Lane[]): readonly Excursion[] {
  const ordered = late.readings.toSorted((a, b) => a.at - b.at);
  const found = lanes.flatMap((lane) => excursions(lane, ordered));
  const news = found.filter(
    ({ lane, since, clearedAt: to }) =>
      !late.told.some((told) => told.rule === lane.rule.id && since <= told.to && told.from <= to),
  );
  for (const { lane, since, clearedAt: to } of news) late.told.push({ rule: lane.rule.id, from: since, to });
  late.unjudgedSince = null;
  return news;
}

/** Every excursion in readings that are in order of time. */
export function excursions(lane: Lane, readings: readonly Reading[]): readonly Excursion[] {
  const found: Excursion[] = [];
  let state: LaneState = NORMAL;
  for (const reading of readings) {
    const next = step(lane, state, reading);
    if (state.phase === 'active' && next.phase !== 'active') {
      found.push({ ...state, lane, clearedAt: clearedAt(state, reading) });
    }
    state = next;
  }
  const last = readings.at(-1);
  if (state.phase === 'active' && last !== undefined) found.push({ ...state, lane, clearedAt: last.at });
  return found;
}
