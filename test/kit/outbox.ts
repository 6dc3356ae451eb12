import type { Alarm } from '#model/alarm';
import type { Announced } from '#model/announcer';
import type { Attempt, NewDelivery } from '#model/outbox';
import { BEGINNING, type Changes } from '../../alerts/engine/changes.ts';
import { limitRule } from './alarms-site.ts';

/** An alarm of the one fridge, raised and not taken. */
export const anAlarm = (over: Partial<Alarm> = {}): Alarm => ({
  ...{ id: 'a-1', point: 'fridge-1.temp', rule: limitRule(), state: 'unacknowledged', since: 1, raisedAt: 2 },
  ...{ clearedAt: null, value: 9, worst: 9, late: false, acknowledged: null, shelvedUntil: null },
  ...{ suppressedBy: null, outOfService: false },
  ...over,
});

/** A message for li about that alarm. */
export function newDelivery(over: Partial<NewDelivery> = {}): NewDelivery {
  const { alarms = [anAlarm()], event = 'raised', person = 'li' } = over;
  const key = `${alarms.map(({ id }) => id).join('+')}.${event}`;
  const severity = alarms[0]?.rule.severity ?? 'notice';
  return { key, event, at: 2, person, severity, alarms, ...over };
}

/** What is told, and nothing else of it. */
export const announced = (
  deliveries: readonly NewDelivery[],
  withdrawn: readonly string[] = [],
): Announced => ({ deliveries, withdrawn, changed: [] });

/** A transaction in which nothing happens but that somebody is told. */
export const telling = (...told: Parameters<typeof announced>): Changes => ({
  ...{ position: { ...BEGINNING, now: 50 }, points: [], alarms: [], events: [] },
  announced: announced(...told),
});

/** A try of a webhook that went well. */
export const anAttempt = (over: Partial<Attempt> = {}): Attempt => ({
  ...{ channel: 'webhook', at: 3, result: 'sent', answer: 'HTTP 200', state: 'sent', nextTry: null },
  ...{ closed: [], doubtful: false },
  ...over,
});
