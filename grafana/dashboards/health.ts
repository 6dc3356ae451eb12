import { GATEWAY_DEVICE } from '#model/condition';
import { VITALS, type Vital } from '#model/vitals';
import { alarmAnnotations } from '../annotations.ts';
import { SITE } from '../filters.ts';
import { standingAlarms } from '../panels/alarm-tables.ts';
import { journalEvents } from '../panels/journal-events.ts';
import { qualityTimelines } from '../panels/quality-timeline.ts';
import { readingCounts } from '../panels/readings-tables.ts';
import { vitalTrend } from '../panels/vital.ts';
import { type Scope, say } from '../scope.ts';
import { type Sheet, sheet } from '../sheet.ts';
import { areaVariable, deviceVariable, siteVariable } from '../variables.ts';

/** Whether the gateway itself is well, and whether what should come does come. */
export function health(scope: Scope): Sheet {
  const itself = [SITE, { tag: 'device', in: [GATEWAY_DEVICE] }];
  const vitals = Object.keys(VITALS) as Vital[];
  return sheet(scope, {
    name: 'gateway-health',
    title: { zh: '网关健康', en: 'Health of the gateway' },
    description: {
      zh: '数据是否完整、网关自身是否正常、最近的操作与事件。',
      en: 'Whether data is whole, whether the gateway is well, and what was done.',
    },
    from: 'now-24h',
    refresh: '1m',
    variables: [siteVariable(scope), areaVariable(scope), deviceVariable(scope)],
    annotations: alarmAnnotations(scope, itself),
    sections: [
      {
        ...{
          title: say(scope, { zh: '网关自身的报警', en: 'Alarms of the gateway itself' }),
          width: 24,
          height: 5,
        },
        panels: [standingAlarms(scope, itself)],
      },
      {
        ...{ title: say(scope, { zh: '数据完整性', en: 'Whether data is whole' }), width: 24, height: 16 },
        panels: [...qualityTimelines(scope), readingCounts(scope)],
      },
      {
        ...{ title: say(scope, { zh: '运行指标', en: 'Vitals' }), width: 6, height: 6 },
        panels: vitals.map((vital) => vitalTrend(scope, vital)),
      },
      {
        ...{ title: say(scope, { zh: '操作与事件', en: 'Events' }), width: 24, height: 12 },
        panels: [journalEvents(scope, [SITE])],
      },
    ],
  });
}
