import type { AlarmEvent } from '#model/alarm';
import type { Router, Telling } from '#model/outbox';
import type { AreaId, PointId } from '#model/point';
import type { Site } from '#model/site';

/**
 * Who hears of an alarm event by the site's routes. A raise goes to everyone on a route that takes the area and the
 * severity. The all-clear goes to whoever heard of the raise, and to nobody else. Nothing is said while an alarm lies
 * on the shelf; when it comes back and still lasts, it is told like a raise.
 */
export function routerOf(site: Site): Router {
  const areas = new Map<PointId, AreaId>(
    site.devices.flatMap((device) => device.points.map((point) => [point.id, point.area] as const)),
  );
  return (event, told) => {
    const { type, alarm } = event;
    if (alarm.shelvedUntil !== null) return undefined;
    if (type === 'cleared') return someone({ event: 'cleared', to: told });
    const news = type === 'raised' || (type === 'unshelved' && alarm.clearedAt === null);
    return news
      ? someone({ event: 'raised', to: recipients(site, areas.get(alarm.point), event) })
      : undefined;
  };
}

function recipients(site: Site, area: AreaId | undefined, { alarm }: AlarmEvent): readonly string[] {
  // The gateway itself is everybody's: without it no area is watched.
  const everywhere = alarm.rule.kind === 'condition';
  const taking = site.routes.filter(
    ({ areas, severities }) =>
      (areas === null || everywhere || (area !== undefined && areas.includes(area))) &&
      severities.includes(alarm.rule.severity),
  );
  return [...new Set(taking.flatMap(({ to }) => to))];
}

const someone = (telling: Telling): Telling | undefined => (telling.to.length > 0 ? telling : undefined);
