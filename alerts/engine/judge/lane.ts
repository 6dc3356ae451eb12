import { inSpan } from '#model/daily-span';
import type { Threshold } from '#model/rule';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from './sample.ts';
import { type JudgedRule, signOf, thresholdOf } from './threshold.ts';

/*
 * One limit of one point, as a state machine over samples: readings, or what a signal made of them. Time is the sample's
 * own `at`, so that a delay means the same whether a reading comes at once, after an outage or in a replay.
 *
 * Who may do what (invariant 3): only `good` clears, and only `good` ends a delay that runs; `good` and `uncertain`
 * raise; `bad` does nothing at all. A delay that runs is kept through bad readings and holes but advanced by neither:
 * only the next value beyond the limit does. A fridge that was too warm before and after a broken line counts as too
 * warm in between, unless the hole is longer than the on-delay and ten samples: then the delay starts again.
 */

/** A limit rule in the form in which readings are compared with it. */
export interface Lane {
  readonly rule: JudgedRule;
  readonly threshold: Threshold;
  /** Of the hours of the rule. */
  readonly timeZone: string;
  /** 1 where more is worse, -1 where less is: turns all into "greater is worse". */
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
  /** When the limit will be reached, as it looked when it was raised: of a forecast alone. */
  readonly expectedAt?: EpochMs;
}

export const NORMAL: LaneState = { phase: 'normal' };

export const SAMPLES_BRIDGED = 10;

/** `every`: how often a sample is expected. `timeZone`: of the hours of the rule. */
export function compileLane(rule: JudgedRule, every: Ms, timeZone = 'UTC'): Lane {
  const sign = signOf(rule);
  const threshold = thresholdOf(rule);
  return {
    ...{ rule, threshold, timeZone, sign },
    limit: sign * threshold.limit,
    // 8 - 0.3 must be 7.7 and not 7.699999999999999.
    clearAt: Number((sign * threshold.limit - threshold.deadband).toPrecision(12)),
    bridge: threshold.onDelay + SAMPLES_BRIDGED * every,
  };
}

/** Whether the rule applies at that moment. */
export function isOpen({ rule, timeZone }: Lane, at: EpochMs): boolean {
  if (rule.during === undefined) return true;
  // A mean speaks of the time before it.
  return inSpan(rule.during, rule.kind === 'mean' ? at - 1 : at, timeZone);
}

/** The state after the sample; the same object when nothing changed. Outside of the rule's hours it is normal. */
export function step(lane: Lane, state: LaneState, sample: Sample): LaneState {
  const { value, quality } = sample;
  if (!isOpen(lane, sample.at)) return NORMAL;
  if (value === null || quality === 'bad') return state;
  const height = lane.sign * value;
  const beyond = lane.threshold.inclusive ? height >= lane.limit : height > lane.limit;
  if (state.phase === 'active') return whileActive(lane, state, { ...sample, value });
  if (beyond) return whileBeyond(lane, state, { ...sample, value });
  return state.phase === 'pending' && quality === 'good' ? NORMAL : state;
}

type Measured = Sample & { readonly value: number };

const shownBy = ({ shown, value }: Measured): number => shown ?? value;

function whileBeyond(lane: Lane, state: LaneState, sample: Measured): LaneState {
  const { at, expectedAt } = sample;
  const value = shownBy(sample);
  const running = state.phase === 'pending' && at >= state.since && at - state.seen <= lane.bridge;
  const since = running ? state.since : (sample.since ?? at);
  const worst = running ? worse(lane, state.worst, value) : value;
  if (at - since < lane.threshold.onDelay) return { phase: 'pending', since, seen: at, worst };
  const active = { phase: 'active', since, raisedAt: at, value, worst, back: null } as const;
  return expectedAt === undefined ? active : { ...active, expectedAt };
}

function whileActive(lane: Lane, state: Active, sample: Measured): LaneState {
  const { at, value, quality } = sample;
  const height = lane.sign * value;
  const inside = lane.threshold.inclusive ? height < lane.clearAt : height <= lane.clearAt;
  if (inside) {
    if (quality !== 'good') return state;
    const since = sample.since ?? at;
    const back = state.back === null ? since : Math.min(state.back, since);
    if (at - back >= lane.threshold.offDelay) return NORMAL;
    return back === state.back ? state : { ...state, back };
  }
  const worst = worse(lane, state.worst, shownBy(sample));
  return worst === state.worst && state.back === null ? state : { ...state, worst, back: null };
}

export const worse = (lane: Lane, one: number, other: number): number =>
  lane.sign * other > lane.sign * one ? other : one;

/** When an alarm that the sample cleared was over: where the off-delay began. */
export const clearedAt = (state: Active, { at, since = at }: Sample): EpochMs =>
  Math.max(state.raisedAt, state.back ?? since);
