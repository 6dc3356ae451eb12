import type { Area, Site } from '#model/site';
import type { Severity } from '#model/standard';
import type { World } from './world.ts';

/** A notice may well be left to the page. */
const CALLS: readonly Severity[] = ['critical', 'warning'];

/** An area that was forgotten in the routes is found at the first alarm, when nobody comes. */
export function checkHeard(site: Pick<Site, 'areas' | 'devices' | 'routes'>, world: World): void {
  // Without any route that is how the site is meant: a display, or a trial.
  if (site.routes.length === 0) return;
  const unheard = CALLS.flatMap((severity) => {
    const areas = site.areas.filter((area) => alarms(site, area, severity) && !isHeard(site, area, severity));
    const ids = areas.map(({ id }) => id);
    if (ids.length === 0) return [];
    return [{ zh: `${ids.join('、')} 的 ${severity} 级报警`, en: `${severity} alarms of ${ids.join(', ')}` }];
  });
  if (unheard.length === 0) return;
  world.hints.add(
    ['routes'],
    {
      zh: `没有人会收到 ${unheard.map(({ zh }) => zh).join('，')}`,
      en: `nobody is told of ${unheard.map(({ en }) => en).join(', ')}`,
    },
    { zh: '请写上相应的路由', en: 'let a route take them' },
  );
}

const alarms = ({ devices }: Pick<Site, 'devices'>, { id }: Area, severity: Severity): boolean =>
  devices.some(({ points }) =>
    points.some(({ area, rules }) => area === id && rules.some((rule) => rule.severity === severity)),
  );

const isHeard = ({ routes }: Pick<Site, 'routes'>, { id, kind }: Area, severity: Severity): boolean =>
  routes.some(
    ({ areas, systems, severities }) =>
      severities.includes(severity) &&
      (areas === null || areas.includes(id)) &&
      (systems === null || systems.includes(kind)),
  );
