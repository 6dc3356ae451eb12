import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { SitePoint } from '#model/site';
import type { EpochMs } from '#model/time';
import { type PointState, pointState } from './point-state.ts';
import type { PageSite } from './site.ts';
import type { State } from './state.ts';

/** A point as the board shows it. */
export interface BoardPoint {
  readonly point: SitePoint;
  readonly reading: Reading | undefined;
  readonly state: PointState;
}

function alarmsByPoint(alarms: Iterable<Alarm>): ReadonlyMap<PointId, readonly Alarm[]> {
  const groups = new Map<PointId, Alarm[]>();
  for (const alarm of alarms) {
    const group = groups.get(alarm.point);
    if (group === undefined) groups.set(alarm.point, [alarm]);
    else group.push(alarm);
  }
  return groups;
}

const VALUELESS: readonly PointState[] = ['none', 'bad', 'out-of-service'];

/** Judges one point. While the connection is lost no value is current, however young it was. */
function judge(point: SitePoint, alarms: readonly Alarm[], live: State, now: EpochMs): BoardPoint {
  const reading = live.readings.get(point.id);
  const outOfService = live.services.has(point.id);
  const judged = pointState({ reading, alarms, outOfService, every: point.every, now });
  const state = live.connection === 'lost' && !VALUELESS.includes(judged) ? 'stale' : judged;
  return { point, reading, state };
}

export function boardPoint(point: SitePoint, live: State, now: EpochMs): BoardPoint {
  const alarms = [...live.alarms.values()].filter((alarm) => alarm.point === point.id);
  return judge(point, alarms, live, now);
}

export function boardPoints(site: PageSite, live: State, now: EpochMs): ReadonlyMap<PointId, BoardPoint> {
  const alarms = alarmsByPoint(live.alarms.values());
  const points = site.devices.flatMap((device) => device.points);
  return new Map(points.map((point) => [point.id, judge(point, alarms.get(point.id) ?? [], live, now)]));
}

/** The value that may be told as the present one; null where there is none to believe. */
export const presentValue = ({ reading, state }: BoardPoint): number | null =>
  state === 'stale' || VALUELESS.includes(state) ? null : (reading?.value ?? null);
