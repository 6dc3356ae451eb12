import type { Alarm } from '#model/alarm';
import { certificatesIn } from '#model/certificate';
import { type Condition, conditionPoint, isCondition } from '#model/condition';
import type { PointId } from '#model/point';
import type { Site } from '#model/site';

/** Of conditions that are about something in the site file: the points that are reported by it. */
const REPORTED: Readonly<Partial<Record<Condition, (site: Site) => readonly PointId[]>>> = {
  'calibration-due': ({ devices }) =>
    devices.filter(({ calibration }) => calibration !== null).map(about('calibration-due')),
  'certificate-expiring': (site) => certificatesIn(site).map(about('certificate-expiring')),
  backlog: ({ influx }) =>
    CONSUMERS.filter(({ id }) => id !== 'influx' || influx !== null).map(about('backlog')),
  'channel-silent': (site) => channels(site).map(about('channel-silent')),
  'indicator-dark': (site) => channels(site).map(about('indicator-dark')),
  'test-unanswered': ({ people, testCall }) =>
    testCall === null ? [] : people.map(about('test-unanswered')),
  'heartbeat-refused': ({ heartbeat }) => (heartbeat === null ? [] : [conditionPoint('heartbeat-refused')]),
};

/** Of the journal, by the names that their metrics bear. */
const CONSUMERS = [{ id: 'alarms' }, { id: 'influx' }];

/**
 * Whether nobody will say that an alarm of the gateway about itself is over: what it was about left the site file, or
 * this version knows no such condition.
 */
export function isForsaken({ point, rule }: Alarm, site: Site): boolean {
  if (rule.kind !== 'condition') return false;
  if (!isCondition(rule.id)) return true;
  const points = REPORTED[rule.id]?.(site);
  return points !== undefined && !points.includes(point);
}

const channels = ({ channels: all }: Site) => Object.keys(all).map((id) => ({ id }));

function about(condition: Condition) {
  return ({ id }: { readonly id: string }): PointId =>
    conditionPoint(condition, { id, name: { zh: id, en: id } });
}
