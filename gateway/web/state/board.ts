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

const VALUELESS: readonly PointState[] = ['none', 'bad'];

/** Judges every point. While the connection is lost no value is current, however young it was. */
export function boardPoints(site: PageSite, live: State, now: EpochMs): ReadonlyMap<PointId, BoardPoint> {
  const alarms = alarmsByPoint(live.alarms.values());
  const points = site.devices.flatMap((device) => device.points);
  return new Map(
    points.map((point) => {
      const reading = live.readings.get(point.id);
      const facts = { reading, alarms: alarms.get(point.id) ?? [], every: point.every, now };
      const judged = pointState(facts);
      const state = live.connection === 'lost' && !VALUELESS.includes(judged) ? 'stale' : judged;
      return [point.id, { point, reading, state }];
    }),
  );
}
