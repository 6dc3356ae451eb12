import type { PointId } from './point.ts';
import type { Rule } from './rule.ts';
import type { Severity } from './standard.ts';
import type { EpochMs, Ms } from './time.ts';

/**
 * ISA-18.2 / IEC 62682 states. `returned`: over, and nobody has taken it. `latched`: over and acknowledged, but its rule
 * wants somebody to reset it. Shelved, suppressed by design and out of service are marks beside the state: the state goes
 * on being followed, only nothing is said.
 */
export type AlarmState = 'unacknowledged' | 'acknowledged' | 'returned' | 'latched' | 'normal';

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
  /** Of a forecast: when the limit will be reached, as it looked when it was raised. */
  readonly expectedAt?: EpochMs;
  /** Found in readings that came long after they were measured. */
  readonly late: boolean;
  readonly acknowledged: Acknowledgement | null;
  /** Nothing is said until then; also until it clears, when it was shelved for one shot. */
  readonly shelvedUntil: EpochMs | null;
  /** The alarm that explains this one (suppressed by design), by id: nothing is said while that lasts. */
  readonly suppressedBy: string | null;
  /** A person took the point out of service, or a planned maintenance did: nothing is said. */
  readonly outOfService: boolean;
  /** What may explain it may be on its way, or has just ended and it may follow: nothing is said before then. */
  readonly heldUntil?: EpochMs;
  /** A shelf that somebody asked for and that a second person has not granted yet. */
  readonly shelfAsk?: ShelfAsk;
}

/** A shelf that nobody puts an alarm on alone. */
export interface ShelfAsk {
  readonly at: EpochMs;
  readonly by: string;
  readonly until: EpochMs;
  readonly oneShot: boolean;
  readonly comment: string;
}

export interface Acknowledgement {
  readonly at: EpochMs;
  readonly by: string;
  readonly comment: string;
  /** When it expires, if the condition still lasts; null: never. */
  readonly until: EpochMs | null;
}

/** Why nothing is said of an alarm for as long as that lasts. */
export type QuietMark = 'out-of-service' | 'shelved' | 'suppressed';

/** Of several the one that a person sees. Null: it is heard, or may be in a moment (`heldUntil`). */
export function quietMark({ outOfService, shelvedUntil, suppressedBy }: Alarm): QuietMark | null {
  if (outOfService) return 'out-of-service';
  if (shelvedUntil !== null) return 'shelved';
  return suppressedBy === null ? null : 'suppressed';
}

/** Whether nothing is said of it, whatever it does. */
export const isQuiet = (alarm: Alarm): boolean => quietMark(alarm) !== null || alarm.heldUntil !== undefined;

/** An occurrence that is not over, as it stands beside others. */
export interface Standing {
  readonly alarm: string;
  readonly state: AlarmState;
  readonly mark: QuietMark | null;
}

export const standingOf = (alarm: Alarm): Standing => ({
  ...{ alarm: alarm.id, state: alarm.state, mark: quietMark(alarm) },
});

export type AlarmEventType =
  | 'raised'
  | 'cleared'
  | 'acknowledged'
  /** The acknowledgement ran out while the condition lasted: unacknowledged again. */
  | 'acknowledgement-expired'
  /** A latched alarm was reset. */
  | 'reset'
  /** A person asked for a shelf that a second one must grant. */
  | 'shelf-asked'
  | 'shelved'
  | 'unshelved'
  | 'suppressed'
  | 'unsuppressed'
  | 'out-of-service'
  | 'in-service'
  | 'commented';

export interface AlarmEvent {
  readonly type: AlarmEventType;
  readonly at: EpochMs;
  /** The person, or null when the system did it. */
  readonly by: string | null;
  readonly comment: string | null;
  /** The alarm as it stands after the event. */
  readonly alarm: Alarm;
  /** Of `shelved`: it ends when the alarm clears, if that comes before. */
  readonly oneShot?: true;
  /** Another occurrence of the same point and rule that wants somebody more than this one does. */
  readonly stands?: Standing;
}

/** What of the point and rule of the event wants somebody most after it; null: nothing stands. */
export const standsAfter = ({ alarm, stands }: AlarmEvent): Standing | null =>
  stands ?? (alarm.state === 'normal' ? null : standingOf(alarm));

/** With its number in their order: what was stored later has a higher one, and some are left out. */
export type NumberedAlarmEvent = AlarmEvent & { readonly no: number };

/** What a person may do to an alarm. */
export type AlarmAction =
  /** `until`: when it expires; the policy's time for the severity when left out. */
  | { readonly type: 'acknowledge'; readonly comment: string; readonly until?: EpochMs }
  /** Where the policy wants two persons, this asks and another person's `grant-shelf` shelves. */
  | { readonly type: 'shelve'; readonly until: EpochMs; readonly oneShot?: boolean; readonly comment: string }
  | { readonly type: 'grant-shelf'; readonly comment: string }
  | { readonly type: 'unshelve'; readonly comment: string }
  | { readonly type: 'reset'; readonly comment: string }
  | { readonly type: 'comment'; readonly comment: string };

/** What a person may do to all rules of a point. */
export type ServiceAction =
  /** Until then at the latest. */
  | { readonly type: 'out-of-service'; readonly until: EpochMs; readonly comment: string }
  | { readonly type: 'in-service'; readonly comment: string };

/** A point that is out of service. */
export interface OutOfService {
  readonly point: PointId;
  readonly since: EpochMs;
  readonly until: EpochMs;
  /** Null: a planned maintenance. */
  readonly by: string | null;
  readonly comment: string;
}

/** The site's rules for dealing with alarms, by severity. */
export interface AlarmPolicy {
  /** After this an acknowledgement expires while the condition lasts; null: never. */
  readonly acknowledgedFor: Readonly<Record<Severity, Ms | null>>;
  /** The longest shelf. */
  readonly shelvedFor: Readonly<Record<Severity, Ms>>;
  /** Alarms that nobody shelves alone: a second person grants it. */
  readonly twoPersons: readonly Severity[];
}

/** What the API sees of the alarm engine. */
export interface Alarms {
  /** Alarms that are not over (`state` ≠ normal), newest first. */
  open(): readonly Alarm[];
  /** Alarms raised in the span, newest first, at most `limit`. */
  history(from: EpochMs, to: EpochMs, limit: number): Promise<readonly Alarm[]>;
  events(alarmId: string): Promise<readonly AlarmEvent[]>;
  /** Of all alarms, in order of time, at most `limit`, oldest first; `from` inclusive, `to` exclusive. */
  eventsBetween(from: EpochMs, to: EpochMs, limit: number): Promise<readonly NumberedAlarmEvent[]>;
  /**
   * Durable and journaled when it resolves. Throws `alarm-unknown`, `alarm-over`, `reason-missing`, `too-long`,
   * `second-person-needed`, `act-out-of-place` where the state of the alarm does not allow it.
   */
  act(alarmId: string, by: string, action: AlarmAction): Promise<Alarm>;
  /**
   * Takes a point out of service or back. Durable and journaled when it resolves. Throws `point-unknown`,
   * `reason-missing`, `too-long`, `act-out-of-place`.
   */
  serve(point: PointId, by: string, action: ServiceAction): Promise<void>;
  outOfService(): readonly OutOfService[];
  /** Calls the listener after each event is durable; returns the way to stop. */
  onEvent(listener: (event: AlarmEvent) => void): () => void;
}
