import type { Alarm, AlarmEventType, AlarmState } from '#model/alarm';
import type { EpochMs } from '#model/time';

/*
 * One occurrence of an alarm by ISA-18.2 / IEC 62682. A condition that comes back while its last occurrence is
 * `returned` is a new occurrence with its own id: each has its own times, worst value and acknowledgement, and none
 * is overwritten by what happened later (invariant 7).
 */

/** What happens to an occurrence, and what that makes of its state. Undefined: it changes nothing. */
const NEXT: Readonly<Record<AlarmState, Readonly<Partial<Record<AlarmEventType, AlarmState>>>>> = {
  unacknowledged: { acknowledged: 'acknowledged', cleared: 'returned' },
  acknowledged: { cleared: 'normal' },
  returned: { acknowledged: 'normal' },
  latched: { reset: 'normal' },
  normal: {},
};

export const nextState = (state: AlarmState, event: AlarmEventType): AlarmState | undefined =>
  NEXT[state][event];

export const isOver = (alarm: Alarm): boolean => alarm.state === 'normal';
export const isActive = (alarm: Alarm): boolean => alarm.clearedAt === null;
export const isShelved = (alarm: Alarm): boolean => alarm.shelvedUntil !== null;

/** The alarm after its condition ended; undefined when it had ended before. */
export function clear(alarm: Alarm, at: EpochMs): Alarm | undefined {
  const state = nextState(alarm.state, 'cleared');
  return state === undefined ? undefined : { ...alarm, state, clearedAt: at };
}

/** The alarm after a person took it; undefined when someone had before. */
export function acknowledge(
  alarm: Alarm,
  acknowledged: NonNullable<Alarm['acknowledged']>,
): Alarm | undefined {
  const state = nextState(alarm.state, 'acknowledged');
  return state === undefined ? undefined : { ...alarm, state, acknowledged };
}

/** Shelved until then, or back from the shelf (null). */
export const shelve = (alarm: Alarm, until: EpochMs | null): Alarm => ({ ...alarm, shelvedUntil: until });
