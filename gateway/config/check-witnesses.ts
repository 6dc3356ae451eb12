import type { Rota } from '#model/oncall';
import type { Rule } from '#model/rule';
import type { Area, Route, Site } from '#model/site';
import { SEVERITIES, type Severity } from '#model/standard';
import type { World } from './world.ts';

type Wanting = Extract<Rule, { readonly people?: number }>;

/**
 * Some rules want several named people told at once (GSP annex 3, clause 6: three). Where the routes reach fewer, that
 * is a hint and no mistake: the rule binds distributors, and a clinic at night may have one nurse.
 */
export function checkWitnesses(
  site: Pick<Site, 'areas' | 'devices' | 'routes' | 'rotas'>,
  world: World,
): void {
  site.areas.forEach((area, index) => {
    const wanting = site.devices
      .filter((device) => device.area === area.id)
      .flatMap(({ points }) => points.flatMap(({ rules }) => rules))
      .filter((rule): rule is Wanting => 'people' in rule && rule.people !== undefined);
    for (const severity of SEVERITIES.toReversed()) {
      const rule = mostWanting(wanting.filter((each) => each.severity === severity));
      const reached = reachedIn(site, area, severity);
      if (rule?.people === undefined || reached >= rule.people) continue;
      world.hints.add(
        ['areas', index],
        {
          zh: `${area.id} 的 ${severity} 级报警同时只通知 ${reached} 人，而所用限值要求 ${rule.people} 名指定人员`,
          en: `${severity} alarms of ${area.id} reach ${reached} at once, and its limits ask for ${rule.people} named people`,
        },
        { zh: '请在相应的路由中增加人员', en: 'name more people in the routes that take them' },
      );
    }
  });
}

const mostWanting = (rules: readonly Wanting[]): Wanting | undefined =>
  rules.reduce<Wanting | undefined>(
    (most, rule) => ((rule.people ?? 0) > (most?.people ?? 0) ? rule : most),
    undefined,
  );

/** How many different people hear at once of such an alarm, at any hour: where they are too few, steps fill them up. */
function reachedIn(
  { routes, rotas }: Pick<Site, 'routes' | 'rotas'>,
  area: Area,
  severity: Severity,
): number {
  const taking = routes.filter((route) => takes(route, area, severity));
  const people = new Set<string>();
  let onCall = 0;
  for (const id of new Set(taking.flatMap(calledBy))) {
    const rota = rotas.find((each) => each.id === id);
    if (rota === undefined) people.add(id);
    // Who stands a rota may be somebody who is named besides: counted once too often rather than a hint each week.
    else onCall += fewestOf(rota);
  }
  return people.size + onCall;
}

const calledBy = ({ to, escalate }: Route): readonly string[] => [
  ...to,
  ...escalate.flatMap((step) => step.to),
];

const takes = ({ areas, systems, severities, during }: Route, area: Area, severity: Severity): boolean =>
  during === null &&
  severities.includes(severity) &&
  (areas === null || areas.includes(area.id)) &&
  (systems === null || systems.includes(area.kind));

const fewestOf = ({ shifts }: Rota): number =>
  Math.min(...shifts.flatMap(({ weeks }) => weeks.map((people) => people.length)));
