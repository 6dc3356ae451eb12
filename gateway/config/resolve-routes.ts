import type { Route } from '#model/site';
import { refuseUncallable } from './callable.ts';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { RouteFile } from './people-file.ts';
import { spansOf } from './schedule.ts';
import type { SiteFile } from './site-file.ts';
import { ms, noArea, type World } from './world.ts';

export function resolveRoutes(file: SiteFile, world: World): Route[] {
  const refuse = refuseUncallable(file, world);
  const areas = new Set(file.areas.map(({ id }) => id));
  return file.routes.map((route, index) => {
    const path = ['routes', index];
    route.areas?.forEach((area, place) => {
      if (areas.has(area)) return;
      world.mistakes.add([...path, 'areas', place], noArea(area), suggest(area, areas));
    });
    refuseEmpty(file, route, path, world);
    route.to.forEach((id, place) => {
      refuse(id, [...path, 'to', place]);
    });
    route.escalate.forEach(({ to }, step) => {
      to.forEach((id, place) => {
        refuse(id, [...path, 'escalate', step, 'to', place]);
      });
    });
    return routeOf(route);
  });
}

/** A route that asks for an area and for kinds that the area is not of takes nothing: surely not what was meant. */
function refuseEmpty(file: SiteFile, { areas, systems }: RouteFile, path: Path, { mistakes }: World): void {
  if (areas === undefined || systems === undefined) return;
  const kinds = file.areas.filter(({ id }) => areas.includes(id)).map(({ kind }) => kind);
  if (kinds.length === 0 || kinds.some((kind) => systems.includes(kind))) return;
  const found = [...new Set(kinds)];
  mistakes.add(
    [...path, 'systems'],
    { zh: '此路由的区域都不是这些类型', en: 'none of the areas of this route is of such a kind' },
    { zh: `它们是 ${found.join('、')}`, en: `they are ${found.join(', ')}` },
  );
}

const routeOf = ({ areas, systems, severities, during, to, escalate, remind }: RouteFile): Route => ({
  areas: areas ?? null,
  systems: systems ?? null,
  severities,
  during: during === undefined ? null : spansOf(during),
  to,
  escalate: escalate.map((step) => ({ ...step, after: ms(step.after) })).sort((a, b) => a.after - b.after),
  remind: remind === undefined ? null : ms(remind),
});
