import type { Alarm } from '#model/alarm';
import { type Delivery, isUrgent, type NewDelivery } from '#model/outbox';
import { SEVERITIES } from '#model/standard';

/*
 * Whose turn it is among the messages that wait for one person. Pure.
 *
 * Something critical passes what waits, but nothing passes an earlier message about the same point: an all-clear never
 * comes before its alarm, and a new alarm never before the all-clear of the last one. What has become old while it
 * waited is told as one digest, because nobody reads twenty messages of yesterday one by one.
 */

export type Turn =
  | { readonly kind: 'send'; readonly delivery: Delivery }
  | { readonly kind: 'merge'; readonly ids: readonly number[]; readonly into: NewDelivery };

/** `waiting`: of one person, oldest first. Undefined when there is none. */
export function turnOf(
  waiting: readonly Delivery[],
  isOld: (delivery: Delivery) => boolean,
): Turn | undefined {
  const old = waiting.filter((delivery) => delivery.alarms.length > 0 && isOld(delivery));
  if (old.length > 1) return merged(old);
  const urgent = waiting.find(isUrgent);
  const delivery = urgent === undefined ? waiting[0] : firstAbout(urgent, waiting);
  return delivery && { kind: 'send', delivery };
}

/** The oldest message that must go before that one, or that one. */
function firstAbout(urgent: Delivery, waiting: readonly Delivery[]): Delivery {
  const before = waiting.slice(0, waiting.indexOf(urgent));
  const earlier = before.find((delivery) => shareAPoint(delivery, urgent));
  return earlier === undefined ? urgent : firstAbout(earlier, before);
}

function shareAPoint(a: Delivery, b: Delivery): boolean {
  const points = new Set(a.alarms.map(({ point }) => point));
  return b.alarms.some(({ point }) => points.has(point));
}

function merged(old: readonly Delivery[]): Turn | undefined {
  const [first, last] = [old[0], old.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const newest = new Map(
    old.flatMap(({ alarms }) => alarms.map((alarm): [string, Alarm] => [alarm.id, alarm])),
  );
  const severities = old.map(({ severity }) => SEVERITIES.indexOf(severity));
  const into: NewDelivery = {
    key: `late.${first.person}.${first.id}-${last.id}`,
    event: 'digest',
    at: last.at,
    person: first.person,
    severity: SEVERITIES[Math.max(...severities)] ?? last.severity,
    alarms: [...newest.values()],
  };
  return { kind: 'merge', ids: old.map(({ id }) => id), into };
}
