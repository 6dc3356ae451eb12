import type { ConditionRule } from './condition.ts';
import type { PointId } from './point.ts';
import { type Quantity, quantitySpec } from './quantity.ts';
import { type Basis, isHigh, type Severity, type Zone } from './standard.ts';
import type { Text } from './text.ts';
import type { EpochMs, Ms } from './time.ts';

/** A value beyond a limit for long enough. */
export interface LimitRule {
  readonly kind: 'limit';
  /** Unique in the point: the zone. */
  readonly id: Zone;
  /** In the point's unit. */
  readonly limit: number;
  readonly inclusive: boolean;
  readonly deadband: number;
  readonly onDelay: Ms;
  readonly offDelay: Ms;
  readonly severity: Severity;
  readonly basis: Basis;
  readonly advice: Text;
}

/** Nothing good for longer than `after`: silence, or bad readings only. */
export interface NoDataRule {
  readonly kind: 'no-data';
  readonly id: 'no-data';
  readonly after: Ms;
  readonly severity: Severity;
  readonly basis: Basis;
  readonly advice: Text;
}

export type Rule = LimitRule | NoDataRule | ConditionRule;

const NAMES: Readonly<Record<Zone | 'no-data', Text>> = {
  'low-low': { zh: '过低', en: 'far too low' },
  low: { zh: '偏低', en: 'too low' },
  high: { zh: '偏高', en: 'too high' },
  'high-high': { zh: '过高', en: 'far too high' },
  'no-data': { zh: '无有效数据', en: 'no valid data' },
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

/** ISA-18.2 / IEC 62682 states; shelving is a mark beside the state (`shelvedUntil`). */
export type AlarmState = 'unacknowledged' | 'acknowledged' | 'returned' | 'normal';

/** One occurrence: from the raise to the return and the acknowledgement. The rule in force is kept with it. */
export interface Alarm {
  /** Sortable, unique for ever: also the MQTT topic's last part. */
  readonly id: string;
  readonly point: PointId;
  readonly rule: Rule;
  readonly state: AlarmState;
  /** When the limit was crossed, in the reading's own time; for no-data: since when nothing good came. */
  readonly since: EpochMs;
  /** When the delay had run out and the alarm was raised, in the same time. */
  readonly raisedAt: EpochMs;
  /** When it returned to normal; null while it lasts. */
  readonly clearedAt: EpochMs | null;
  /** The value that raised it, and the worst since. Null for no-data. */
  readonly value: number | null;
  readonly worst: number | null;
  /** Found in readings that came long after they were measured. */
  readonly late: boolean;
  readonly acknowledged: { readonly at: EpochMs; readonly by: string; readonly comment: string } | null;
  readonly shelvedUntil: EpochMs | null;
}

export type AlarmEventType = 'raised' | 'cleared' | 'acknowledged' | 'shelved' | 'unshelved' | 'commented';

export interface AlarmEvent {
  readonly type: AlarmEventType;
  readonly at: EpochMs;
  /** The person, or null when the system did it. */
  readonly by: string | null;
  readonly comment: string | null;
  /** The alarm as it stands after the event. */
  readonly alarm: Alarm;
}

/** What a person may do to an alarm. */
export type AlarmAction =
  | { readonly type: 'acknowledge'; readonly comment: string }
  | { readonly type: 'shelve'; readonly until: EpochMs; readonly comment: string }
  | { readonly type: 'comment'; readonly comment: string };

/** What the API sees of the alarm engine. */
export interface Alarms {
  /** Alarms that are not over (`state` ≠ normal), newest first. */
  open(): readonly Alarm[];
  /** Alarms raised in the span, newest first, at most `limit`. */
  history(from: EpochMs, to: EpochMs, limit: number): Promise<readonly Alarm[]>;
  events(alarmId: string): Promise<readonly AlarmEvent[]>;
  /** Throws `alarm-unknown` or `alarm-over`. Durable and journaled when it resolves. */
  act(alarmId: string, by: string, action: AlarmAction): Promise<Alarm>;
  /** Calls the listener after each event is durable; returns the way to stop. */
  onEvent(listener: (event: AlarmEvent) => void): () => void;
}
