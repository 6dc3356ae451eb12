import type { Alarm, AlarmEvent } from '#model/alarm';
import type { EpochMs } from '#model/time';
import { BEGINNING, type Position } from '../changes.ts';

/** As alarms were stored before they could be suppressed or out of service and acknowledgements could expire. */
type EarlierAlarm = Omit<Alarm, 'suppressedBy' | 'outOfService' | 'acknowledged'> &
  Partial<Pick<Alarm, 'suppressedBy' | 'outOfService'>> & {
    readonly acknowledged: Omit<NonNullable<Alarm['acknowledged']>, 'until'> | null;
  };

/** As it was stored when shelves were timed only and every point in service. */
type EarlierPosition = Omit<Position, 'shelves' | 'services'> & {
  readonly shelves: Readonly<Record<string, EpochMs | Position['shelves'][string]>>;
  readonly services?: Position['services'];
};

/** An alarm from its stored text, also one that an earlier version left. */
export const parseAlarm = (text: string): Alarm => alarmOf(JSON.parse(text) as EarlierAlarm);

/** Those of a message: an earlier version kept the one alarm of it. */
export const parseAlarms = (text: string): Alarm[] =>
  [JSON.parse(text) as EarlierAlarm | EarlierAlarm[]].flat().map(alarmOf);

export function parseEvent(text: string): AlarmEvent {
  const event = JSON.parse(text) as AlarmEvent;
  return { ...event, alarm: alarmOf(event.alarm) };
}

export function parsePosition(text: string): Position {
  const stored = JSON.parse(text) as EarlierPosition;
  const shelves = Object.entries(stored.shelves).map(([key, shelf]) => [
    key,
    typeof shelf === 'number' ? { until: shelf, oneShot: false } : shelf,
  ]);
  return { ...stored, shelves: Object.fromEntries(shelves), services: stored.services ?? BEGINNING.services };
}

/** An acknowledgement of then does not expire. */
function alarmOf(stored: EarlierAlarm): Alarm {
  const { acknowledged } = stored;
  return {
    ...{ suppressedBy: null, outOfService: false },
    ...stored,
    acknowledged: acknowledged && { until: null, ...acknowledged },
  };
}
