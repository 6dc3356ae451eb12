import { type Alarm, type AlarmEventType, type AlarmState, isQuiet } from '#model/alarm';
import { type EpochMs, MINUTE, type Ms } from '#model/time';
import type { Shelf } from './shelves.ts';

/*
 * One occurrence of an alarm by ISA-18.2 / IEC 62682. A condition that comes back while its last occurrence is
 * `returned` or `latched` is a new occurrence with its own id: each has its own times, worst value and acknowledgement,
 * and none is overwritten by what happened later (invariant 7).
 */

/** What happens to the state of an occurrence, whoever does it. */
export type Step =
  | 'acknowledged'
  | 'acknowledgement-expired'
  | 'cleared'
  /** It ended while it was shelved, suppressed or out of service: there is nothing that anybody must take. */
  | 'cleared-quietly'
  /** It is no longer quiet and lasts: told like new. */
  | 'heard-again'
  | 'reset';

/** Undefined: it changes nothing. Where the rule latches, what would be normal waits for a reset. */
const NEXT: Readonly<Record<AlarmState, Readonly<Partial<Record<Step, AlarmState>>>>> = {
  unacknowledged: { acknowledged: 'acknowledged', cleared: 'returned', 'cleared-quietly': 'normal' },
  acknowledged: {
    ...{ cleared: 'normal', 'cleared-quietly': 'normal' },
    ...{ 'acknowledgement-expired': 'unacknowledged', 'heard-again': 'unacknowledged' },
  },
  returned: { acknowledged: 'normal' },
  latched: { reset: 'normal' },
  normal: {},
};

export function nextState(state: AlarmState, step: Step, latches = false): AlarmState | undefined {
  const next = NEXT[state][step];
  return next === 'normal' && latches && step !== 'reset' ? 'latched' : next;
}

/** What happened to an occurrence, and the occurrence after it. */
export interface Change {
  readonly type: AlarmEventType;
  readonly alarm: Alarm;
  /** What the system says to it. */
  readonly comment?: string;
  /** Where its rule is put until it is heard again. */
  readonly shelf?: Shelf;
}

export const isOver = (alarm: Alarm): boolean => alarm.state === 'normal';
export const isActive = (alarm: Alarm): boolean => alarm.clearedAt === null;

/** The alarm in the state after the step; undefined when the step changes nothing. */
export function moved(alarm: Alarm, step: Step): Alarm | undefined {
  const { rule } = alarm;
  const state = nextState(alarm.state, step, rule.kind !== 'condition' && rule.latch);
  return state === undefined ? undefined : { ...alarm, state };
}

/** The alarm after its condition ended; undefined when it had ended before. A one-shot shelf ends with it. */
export function clear(alarm: Alarm, at: EpochMs, oneShot: boolean): Alarm | undefined {
  const after = moved(alarm, isQuiet(alarm) ? 'cleared-quietly' : 'cleared');
  if (after === undefined) return undefined;
  const cleared = { ...after, clearedAt: at, shelvedUntil: oneShot ? null : alarm.shelvedUntil };
  return alarm.shelfAsk?.oneShot ? withoutAsk(cleared) : cleared;
}

/** The alarm without one of its marks: when that was the last and the condition lasts, it counts as new. */
export function unmarked(alarm: Alarm): Alarm {
  const again = isQuiet(alarm) || !isActive(alarm) ? undefined : moved(alarm, 'heard-again');
  return again === undefined ? alarm : { ...again, acknowledged: null };
}

export function withoutAsk({ shelfAsk: _asked, ...alarm }: Alarm): Alarm {
  return alarm;
}

export function withoutHold({ heldUntil: _held, ...alarm }: Alarm): Alarm {
  return alarm;
}

/** After the clock was set back: whatever ends at a time that it gave comes as soon as it would have. */
export function setBack(alarm: Alarm, by: Ms): Alarm {
  const { shelvedUntil, heldUntil, acknowledged, shelfAsk } = alarm;
  const until = acknowledged?.until ?? null;
  return {
    ...alarm,
    ...(shelvedUntil !== null && { shelvedUntil: shelvedUntil - by }),
    ...(heldUntil !== undefined && { heldUntil: heldUntil - by }),
    ...(acknowledged !== null && until !== null && { acknowledged: { ...acknowledged, until: until - by } }),
    ...(shelfAsk && { shelfAsk: { ...shelfAsk, at: shelfAsk.at - by, until: shelfAsk.until - by } }),
  };
}

/** Ours: long enough to walk to a colleague; who asked in the last shift is not granted in this one. */
const ASK_STANDS: Ms = 15 * MINUTE;

/** What only the passing of time makes of an occurrence, in the order in which it counts. */
const ELAPSING: readonly ((alarm: Alarm, now: EpochMs) => Change | undefined)[] = [
  (alarm, now) =>
    alarm.shelvedUntil === null || alarm.shelvedUntil > now
      ? undefined
      : { type: 'unshelved', alarm: unmarked({ ...alarm, shelvedUntil: null }) },
  (alarm, now) => {
    const until = alarm.acknowledged?.until ?? null;
    const expired = until === null || until > now ? undefined : moved(alarm, 'acknowledgement-expired');
    return expired && { type: 'acknowledgement-expired', alarm: { ...expired, acknowledged: null } };
  },
  (alarm, now) =>
    alarm.shelfAsk === undefined || now < Math.min(alarm.shelfAsk.at + ASK_STANDS, alarm.shelfAsk.until)
      ? undefined
      : { type: 'commented', alarm: withoutAsk(alarm), comment: ASK_EXPIRED },
];

/** Every change that is due by now, each from the one before. */
export function elapsed(alarm: Alarm, now: EpochMs): Change[] {
  const changes: Change[] = [];
  let after = alarm;
  for (const elapse of ELAPSING) {
    const change = elapse(after, now);
    if (change === undefined) continue;
    changes.push(change);
    after = change.alarm;
  }
  return changes;
}

const ASK_EXPIRED = '搁置申请无人批准，已失效 / nobody granted the shelf in time';
