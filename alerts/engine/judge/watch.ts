import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { NoDataRule, Rule } from '#model/rule';
import type { SitePoint } from '#model/site';
import type { EpochMs, Ms } from '#model/time';
import { ruleKey } from '../book/open-alarms.ts';
import type { PointState } from '../changes.ts';
import { type ClockShift, follows, shifted, unmoved } from './clock-shift.ts';
import { type Feed, openFeed, shiftFeed, storedFeed } from './feed.ts';
import { compileLane, type Lane, type LaneState, NORMAL } from './lane.ts';
import type { LateSpan } from './late.ts';
import { isJudged } from './threshold.ts';

/** One point under watch. Changed in place: 50,000 readings come in a second. */
export interface Watch {
  readonly point: PointId;
  readonly every: Ms;
  readonly timeZone: string;
  /** First those that compare the readings themselves, then one for each feed. */
  readonly lanes: readonly Lane[];
  /** How many compare the readings themselves. */
  readonly plain: number;
  readonly feeds: readonly Feed[];
  /** Lanes whose rules have hours. */
  readonly scheduled: readonly number[];
  /** Those whose rules compare this point with theirs. */
  readonly heardBy: Watch[];
  /** Of each lane: the name of its alarm in the book. */
  readonly keys: readonly string[];
  readonly noData: NoDataRule | undefined;
  /** Of each lane. */
  readonly states: LaneState[];
  newest: EpochMs;
  goodAt: EpochMs;
  goodWatched: Ms;
  /** The alarm of silence lasts. */
  silent: boolean;
  late: LateSpan | null;
  /** Readings of now that were judged while late ones are read from the history; null when none are. */
  meanwhile: Reading[] | null;
  lag: Ms;
  shift: ClockShift | null;
  /** Since the last transaction. */
  changed: boolean;
}

/** The state of a point that nobody watched before. */
export const newState = (now: EpochMs, watched: Ms): PointState => ({
  ...{ newest: 0, goodAt: now, goodWatched: watched },
  ...{ lanes: {}, signals: {}, late: null, lag: 0, shift: null },
});

export interface WatchContext {
  readonly timeZone: string;
  /** The alarm of a rule that lasts, by its key. */
  readonly active: (key: string) => Alarm | undefined;
}

/** Goes on from the stored state. */
export function watchOf(
  { id, every, rules }: SitePoint,
  { lanes: states, signals, ...state }: PointState,
  { timeZone, active }: WatchContext,
): Watch {
  const judged = rules.filter(isJudged);
  const plain = judged.filter(({ kind }) => kind === 'limit');
  const ordered = [...plain, ...judged.filter(({ kind }) => kind !== 'limit')];
  const feeds = ordered.flatMap(
    (rule, lane) => openFeed(rule, lane, { every, timeZone }, signals[rule.id]) ?? [],
  );
  const lanes = ordered.map((rule, index) => {
    const period = feeds.find(({ lane }) => lane === index)?.signal.period;
    return compileLane(rule, period ?? every, timeZone);
  });
  return {
    ...state,
    ...{ point: id, every, timeZone, lanes, feeds },
    plain: plain.length,
    scheduled: lanes.flatMap(({ rule }, index) => (rule.during === undefined ? [] : [index])),
    heardBy: [],
    keys: lanes.map(({ rule }) => ruleKey(id, rule.id)),
    noData: rules.find((rule) => rule.kind === 'no-data'),
    states: lanes.map(({ rule }) => resume(states[rule.id], active(ruleKey(id, rule.id)))),
    silent: active(ruleKey(id, 'no-data')) !== undefined,
    meanwhile: null,
    changed: false,
  };
}

/** The rule of that id as the site file has it now. */
export const ruleOf = ({ noData, lanes }: Watch, id: string): Rule | undefined =>
  noData?.id === id ? noData : lanes.find(({ rule }) => rule.id === id)?.rule;

/** What is stored of it: plain data that does not change any more. */
export function stateOf({ lanes, states, feeds, ...watch }: Watch): PointState {
  const abnormal = lanes.flatMap((lane, index) => {
    const state = states[index];
    return state === undefined || state.phase === 'normal' ? [] : [[lane.rule.id, state] as const];
  });
  const signals = feeds.map((feed) => [lanes[feed.lane]?.rule.id ?? '', storedFeed(feed)] as const);
  const { newest, goodAt, goodWatched, late, lag, shift } = watch;
  return {
    ...{ newest, goodAt, goodWatched, late, lag, shift },
    lanes: Object.fromEntries(abnormal),
    signals: Object.fromEntries(signals),
  };
}

/** After a step of the gateway's clock: moves what runs, once a reading shows that the point is stamped by that clock. */
export function followClock(watch: Watch, lag: Ms): void {
  const { shift } = watch;
  if (shift === null) return;
  if (!follows(shift, watch.lag, lag)) {
    watch.shift = unmoved(shift);
    return;
  }
  watch.shift = null;
  watch.newest += shift.by;
  watch.states.forEach((state, index) => {
    watch.states[index] = shifted(state, shift.by);
  });
  for (const feed of watch.feeds) shiftFeed(feed, shift.by);
}

/** A lane is active exactly while its alarm lasts, whatever happened to the site file in between. */
function resume(state: LaneState | undefined, alarm: Alarm | undefined): LaneState {
  if (alarm === undefined) return state === undefined || state.phase === 'active' ? NORMAL : state;
  if (state?.phase === 'active') return state;
  const { since, raisedAt, value, worst } = alarm;
  return { phase: 'active', since, raisedAt, value: value ?? 0, worst: worst ?? value ?? 0, back: null };
}
