import type { ConditionRule } from './condition.ts';
import type { PointId } from './point.ts';
import type { Reason } from './quality.ts';
import { type Quantity, quantitySpec } from './quantity.ts';
import { type Basis, isHigh, type Severity, type Zone } from './standard.ts';
import type { Text } from './text.ts';
import type { Ms } from './time.ts';

/*
 * What makes an alarm, point by point. Each rule turns the point's readings into a number of its own (the value itself,
 * its change, its hourly mean, the time spent beyond a limit) and compares that with a limit; delays and deadband then
 * mean the same for every kind.
 */

interface RuleBase {
  /** Unique in the point. */
  readonly id: string;
  readonly severity: Severity;
  readonly basis: Basis;
  /** What to do, for the person who is called. */
  readonly advice: Text;
  /** When it is over and acknowledged it still waits until somebody resets it. */
  readonly latch?: true;
  /** At least so many people are told at once (GSP annex 3, clause 6: three). */
  readonly people?: number;
  /** Applies at these times only; always when left out. */
  readonly during?: readonly DailySpan[];
}

/** A span of each of those days, in the site's time zone; from 20:00 to 06:00 ends on the next day. */
export interface DailySpan {
  /** 1 Monday … 7 Sunday (ISO 8601); every day when left out. */
  readonly days?: readonly number[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
}

/** When a number is beyond, and for how long it must be so. */
export interface Threshold {
  /** In the unit of what the rule compares. */
  readonly limit: number;
  readonly inclusive: boolean;
  readonly deadband: number;
  readonly onDelay: Ms;
  readonly offDelay: Ms;
}

export type Side = 'high' | 'low';

/** A value beyond a limit for long enough. */
export interface LimitRule extends RuleBase, Threshold {
  readonly kind: 'limit';
  readonly id: Zone;
}

/** Nothing good for longer than `after`: silence, or bad readings only. */
export interface NoDataRule extends RuleBase {
  readonly kind: 'no-data';
  readonly id: 'no-data';
  readonly after: Ms;
}

/** Readings are bad for one of these reasons, and nothing good in between, for longer than `after`. */
export interface FaultRule extends RuleBase {
  readonly kind: 'fault';
  /** `bad-sensor`: the instrument says so. `implausible`: outside of what it can show. */
  readonly id: 'bad-sensor' | 'implausible';
  readonly reasons: readonly Reason[];
  readonly after: Ms;
}

/** The value has not changed by more than `least` for longer than `after`. */
export interface FrozenRule extends RuleBase {
  readonly kind: 'frozen';
  readonly id: 'frozen';
  /** In the point's unit. */
  readonly least: number;
  readonly after: Ms;
}

/** The value rose (fell) by more than `limit` within `within`. */
export interface RateRule extends RuleBase, Threshold {
  readonly kind: 'rate';
  readonly id: 'rising' | 'falling';
  readonly within: Ms;
}

/** The mean of an hour or a day by the site's clock is beyond the limit. */
export interface MeanRule extends RuleBase, Threshold {
  readonly kind: 'mean';
  /** `hourly-mean-high` */
  readonly id: `${'hourly' | 'daily'}-mean-${Side}`;
  /** Share of the window that must be covered by good readings; below it nothing is judged. 0 to 1. */
  readonly coverage: number;
}

/** The time that the value spent beyond `beyond` is longer than `limit` ms. */
export interface ExposureRule extends RuleBase, Threshold {
  readonly kind: 'exposure';
  readonly id: `${'warm' | 'heat' | 'freeze'}-exposure`;
  /** In the point's unit. */
  readonly beyond: number;
  /** `beyond` itself counts (WHO PQS E006/TR07: 30.0 alarms, 29.9 does not); else only what is beyond it. `inclusive` is about the time. */
  readonly including?: true;
  /** `event`: in one go. Else all of it within the last so many ms. */
  readonly within: 'event' | Ms;
}

/** The mean kinetic temperature (USP <1079.2>) of the last `within` is beyond the limit. */
export interface KineticMeanRule extends RuleBase, Threshold {
  readonly kind: 'kinetic-mean';
  readonly id: 'kinetic-mean';
  readonly within: Ms;
}

/** This point less another is beyond the limit, or by its amount. */
export interface DifferenceRule extends RuleBase, Threshold {
  readonly kind: 'difference';
  readonly id: `difference-${Side}` | 'disagreement';
  readonly other: PointId;
}

/** At the present trend the value will be beyond the limit within `horizon`. */
export interface ForecastRule extends RuleBase, Threshold {
  readonly kind: 'forecast';
  readonly id: `forecast-${Side}`;
  readonly horizon: Ms;
}

/** Rules that compare a number of their own, made of the point's readings. */
export type SignalRule =
  | FrozenRule
  | RateRule
  | MeanRule
  | ExposureRule
  | KineticMeanRule
  | DifferenceRule
  | ForecastRule;

export type Rule = LimitRule | NoDataRule | FaultRule | SignalRule | ConditionRule;

const NAMES: Readonly<Record<Exclude<Rule, ConditionRule>['id'], Text>> = {
  'low-low': { zh: '过低', en: 'far too low' },
  low: { zh: '偏低', en: 'too low' },
  high: { zh: '偏高', en: 'too high' },
  'high-high': { zh: '过高', en: 'far too high' },
  'no-data': { zh: '无有效数据', en: 'no valid data' },
  'bad-sensor': { zh: '传感器故障', en: 'sensor fault' },
  implausible: { zh: '读数不可信', en: 'implausible reading' },
  frozen: { zh: '读数长时间不变', en: 'reading does not change' },
  rising: { zh: '上升过快', en: 'rising too fast' },
  falling: { zh: '下降过快', en: 'falling too fast' },
  'hourly-mean-high': { zh: '小时均值偏高', en: 'hourly mean too high' },
  'hourly-mean-low': { zh: '小时均值偏低', en: 'hourly mean too low' },
  'daily-mean-high': { zh: '日均值偏高', en: 'daily mean too high' },
  'daily-mean-low': { zh: '日均值偏低', en: 'daily mean too low' },
  'warm-exposure': { zh: '累计偏暖超时', en: 'too long warm' },
  'heat-exposure': { zh: '累计受热超时', en: 'too long too warm' },
  'freeze-exposure': { zh: '受冻超时', en: 'too long at freezing' },
  'kinetic-mean': { zh: '平均动力学温度偏高', en: 'mean kinetic temperature too high' },
  'difference-high': { zh: '差值偏高', en: 'difference too high' },
  'difference-low': { zh: '差值偏低', en: 'difference too low' },
  disagreement: { zh: '两探头读数不一致', en: 'two probes disagree' },
  'forecast-high': { zh: '预计将偏高', en: 'about to be too high' },
  'forecast-low': { zh: '预计将偏低', en: 'about to be too low' },
};

/**
 * What a rule found, told behind a point's name; the same words on the page and in messages. A state has words of its
 * own: a door is open, not too high.
 */
export function ruleName(rule: Rule, quantity: Quantity): Text {
  if (rule.kind === 'condition') return rule.name;
  const { states = {} } = quantitySpec(quantity);
  const broken = Object.entries(states)
    .filter(([value]) => rule.kind === 'limit' && isBeyond(rule, Number(value)))
    .map(([, text]) => text);
  if (broken.length === 0) return NAMES[rule.id];
  return { zh: broken.map(({ zh }) => zh).join(' / '), en: broken.map(({ en }) => en).join(' / ') };
}

const isBeyond = ({ id, limit, inclusive }: LimitRule, value: number): boolean =>
  (inclusive && value === limit) || (isHigh(id) ? value > limit : value < limit);
