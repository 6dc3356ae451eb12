import { type Alarm, type AlarmState, quietMark } from '#model/alarm';

/** Of an occurrence that wants somebody, the most first. */
const STATES: readonly AlarmState[] = ['unacknowledged', 'acknowledged', 'latched', 'returned', 'normal'];

/** How little an occurrence wants anybody: one that is heard before one that is quiet, whatever their states. */
const rankOf = (alarm: Alarm): number =>
  STATES.indexOf(alarm.state) + (quietMark(alarm) === null ? 0 : STATES.length);

/** The one that wants somebody most; of equals the newest. Undefined when there is none. */
export const mostUrgent = (alarms: readonly Alarm[]): Alarm | undefined =>
  alarms.toSorted((a, b) => rankOf(a) - rankOf(b) || b.raisedAt - a.raisedAt || (a.id < b.id ? 1 : -1))[0];
