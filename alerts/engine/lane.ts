import type { Reading } from '#model/reading';
import type { LimitRule } from '#model/rule';
import { isHigh } from '#model/standard';
import type { EpochMs, Ms } from '#model/time';

/*
 * One limit of one point, as a state machine over readings. Time is the reading's own `at`, so that a delay means
 * the same whether a reading comes at once, after an outage or in a replay.
 *
 * Who may do what (invariant 3): only `good` clears, and only `good` ends a delay that runs; `good` and `uncertain`
 * raise; `bad` does nothing at all. A delay that runs is kept through bad readings and holes but advanced by neither:
 * only the next value beyond the limit does. A fridge that was too warm before and after a broken line counts as too
 * warm in between, unless the hole is longer than the on-delay and ten samples: then the delay starts again.
 */

/** A limit rule in the form in which readings are compared with it. */
export interface Lane {
  readonly rule: LimitRule;
  /** 1 for the high zones, -1 for the low ones: turns both into "greater is worse". */
  readonly sign: 1 | -1;
  /** Times `sign`. */
  readonly limit: number;
  /** Where the value must come back to; times `sign`. */
  readonly clearAt: number;
  /** The longest hole that a running delay outlives. */
  readonly bridge: Ms;
}

export type LaneState =
  | { readonly phase: 'normal' }
  /** Beyond the limit since `since`, last seen so at `seen`; the on-delay runs. */
  | { readonly phase: 'pending'; readonly since: EpochMs; readonly seen: EpochMs; readonly worst: number }
  | Active;

export interface Active {
  readonly phase: 'active';
  readonly since: EpochMs;
  readonly raisedAt: EpochMs;
  readonly value: number;
  readonly worst: number;
  /** Back inside by the deadband since then, the off-delay runs; null while beyond. */
  readonly back: EpochMs | null;
}

export const NORMAL: LaneState = { phase: 'normal' };

const SAMPLES_BRIDGED = 10;

/** `every`: how often a reading is expected. */
export function compileLane(rule: LimitRule, every: Ms): Lane {
  const sign = isHigh(rule.id) ? 1 : -1;
  return {
    rule,
    sign,
    limit: sign * rule.limit,
    // 8 - 0.3 must be 7.7 and not 7.699999999999999.
    clearAt: Number((sign * rule.limit - rule.deadband).toPrecision(12)),
    bridge: rule.onDelay + SAMPLES_BRIDGED * every,
  };
}

/** The state after the reading; the same object when nothing changed. */
export function step(lane: Lane, state: LaneState, reading: Reading): LaneState {
  const { value, quality } = reading;
  if (value === null || quality === 'bad') return state;
  const height = lane.sign * value;
  const beyond = lane.rule.inclusive ? height >= lane.limit : height > lane.limit;
  if (state.phase === 'active') return whileActive(lane, state, { ...reading, value });
  if (beyond) return whileBeyond(lane, state, { at: reading.at, value });
  return state.phase === 'pending' && quality === 'good' ? NORMAL : state;
}

function whileBeyond(lane: Lane, state: LaneState, { at, value }: { at: EpochMs; value: number }): LaneState {
  const running = state.phase === 'pending' && at >= state.since && at - state.seen <= lane.bridge;
  const since = running ? state.since : at;
  const worst = running ? worse(lane, state.worst, value) : value;
  if (at - since < lane.rule.onDelay) return { phase: 'pending', since, seen: at, worst };
  return { phase: 'active', since, raisedAt: at, value, worst, back: null };
}

function whileActive(lane: Lane, state: Active, reading: Reading & { value: number }): LaneState {
  const { at, value, quality } = reading;
  const height = lane.sign * value;
  const inside = lane.rule.inclusive ? height < lane.clearAt : height <= lane.clearAt;
  if (inside) {
    if (quality !== 'good') return state;
    const back = state.back === null ? at : Math.min(state.back, at);
    if (at - back >= lane.rule.offDelay) return NORMAL;
    return back === state.back ? state : { ...state, back };
  }
  const worst = worse(lane, state.worst, value);
  return worst === state.worst && state.back === null ? state : { ...state, worst, back: null };
}

export const worse = (lane: Lane, one: number, other: number): number =>
  lane.sign * other > lane.sign * one ? other : one;

/** When an alarm that the reading cleared was over: where the off-delay began. */
export const clearedAt = (state: Active, reading: Reading): EpochMs =>
  Math.max(state.raisedAt, state.back ?? reading.at);
