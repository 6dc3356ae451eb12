import { SEVERITIES } from '#model/standard';
import { alarmAnnotations } from '../annotations.ts';
import { PLACE } from '../filters.ts';
import { standingAlarms } from '../panels/alarm-tables.ts';
import { areaRanking } from '../panels/area-ranking.ts';
import { silence } from '../panels/readings-tables.ts';
import { standingCount } from '../panels/standing-count.ts';
import { nowSection } from '../reading-sections.ts';
import { areaKinds, pointsOfKind, type Scope, say } from '../scope.ts';
import { type Sheet, sheet } from '../sheet.ts';
import { areaVariable, deviceVariable, siteVariable } from '../variables.ts';
import { AREA_KIND_NAMES } from '../words.ts';

/** What somebody on call looks at first: what stands, where, what everything shows now, who is silent. */
export const overview = (scope: Scope): Sheet =>
  sheet(scope, {
    name: 'overview',
    title: { zh: '值班总览', en: 'On call' },
    description: {
      zh: '未结束的报警、各区域当前值、最久没有数据的测点。',
      en: 'What stands, what everything shows now, and who is silent.',
    },
    from: 'now-6h',
    refresh: '30s',
    variables: [siteVariable(scope), areaVariable(scope), deviceVariable(scope)],
    annotations: alarmAnnotations(scope, PLACE),
    sections: [
      {
        ...{ title: say(scope, { zh: '报警', en: 'Alarms' }), width: 8, height: 3 },
        panels: SEVERITIES.toReversed().map((severity) => standingCount(scope, severity, PLACE)),
      },
      {
        ...{ title: say(scope, { zh: '未结束的报警', en: 'What stands' }), width: 24, height: 8 },
        panels: [standingAlarms(scope, PLACE)],
      },
      ...areaKinds(scope.site).map((kind) =>
        nowSection(scope, say(scope, AREA_KIND_NAMES[kind]), pointsOfKind(scope.site, kind)),
      ),
      {
        ...{ title: say(scope, { zh: '区域与数据', en: 'Areas and data' }), width: 12, height: 10 },
        panels: [areaRanking(scope, PLACE), silence(scope)],
      },
    ],
  });
