import type { AreaKind } from '#model/site';
import { alarmAnnotations } from '../annotations.ts';
import { areaChoices, deviceChoices } from '../choices.ts';
import { PLACE } from '../filters.ts';
import { standingAlarms } from '../panels/alarm-tables.ts';
import { nowSection, trendSections } from '../reading-sections.ts';
import { pointsOfKind, type Scope, say } from '../scope.ts';
import { type Sheet, sheet } from '../sheet.ts';
import { areaVariable, deviceVariable, siteVariable } from '../variables.ts';
import { AREA_KIND_NAMES } from '../words.ts';

/** All areas of one kind: what the points of any device in them show. */
export function areaKindSheet(scope: Scope, kind: AreaKind): Sheet {
  const points = pointsOfKind(scope.site, kind);
  const areas = scope.site.areas.filter((area) => area.kind === kind);
  const ids = areas.map(({ id }) => id);
  const devices = scope.site.devices.filter(({ area }) => ids.includes(area));
  const tags = [...PLACE, { tag: 'area', in: ids }];
  return sheet(scope, {
    name: kind,
    title: AREA_KIND_NAMES[kind],
    description: {
      zh: '每个面板是同一种测量、同一组限值的测点；虚线与底色是报警限值，断开处没有数据。',
      en: 'Each panel is what has one quantity and one set of limits; where a line is broken there is no data.',
    },
    from: 'now-24h',
    refresh: '1m',
    variables: [
      siteVariable(scope),
      areaVariable(scope, areaChoices(scope, areas)),
      deviceVariable(scope, deviceChoices(scope, devices)),
    ],
    annotations: alarmAnnotations(scope, tags),
    sections: [
      {
        ...{ title: say(scope, { zh: '报警', en: 'Alarms' }), width: 24, height: 6 },
        panels: [standingAlarms(scope, tags)],
      },
      nowSection(scope, say(scope, { zh: '当前值', en: 'Now' }), points),
      ...trendSections(scope, points),
    ],
  });
}
