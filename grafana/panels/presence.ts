import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { type Asking, asking } from '../asking.ts';
import { column, IS_VALUE, PLACE, WHOLE_SPAN } from '../filters.ts';
import { pointLinks } from '../links.ts';
import { SERIES, seriesOf } from '../names.ts';
import { longestPeriod, seconds } from '../reading-targets.ts';
import { pointName, pointsOf, type Scope, say } from '../scope.ts';
import type { Target } from '../target.ts';
import { quantitiesOf } from './readings-tables.ts';

/** When there were values of each point and when there were none. */
export function presence(scope: Scope): Asking {
  const points = pointsOf(scope.site);
  const builder = new PanelBuilder()
    .title(say(scope, { zh: '有效数据与缺口', en: 'Values and gaps' }))
    .description(
      say(scope, {
        zh: '红色：这段时间没有有效读数。整段时间都没有读数的测点不在图中。',
        en: 'Red: no value in that time. What was silent for the whole span is not here.',
      }),
    )
    .interval(seconds(2 * longestPeriod(points)))
    .mappings(presenceMappings(scope))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .perPage(25)
    .fillOpacity(80);
  for (const point of points) {
    builder.overrideByName(seriesOf(point), [
      { id: 'displayName', value: pointName(scope, point) },
      { id: 'links', value: pointLinks(scope, point) },
    ]);
  }
  return asking(builder, quantitiesOf(scope).map(countsOf));
}

const countsOf = (measurement: ReturnType<typeof quantitiesOf>[number]): Target => ({
  ...{ refId: measurement, format: 'time_series', alias: SERIES },
  question: {
    ...WHOLE_SPAN,
    ...{ measurement, tags: PLACE, where: [IS_VALUE], by: ['device', 'point'] },
    columns: [column('count', 'value')],
    ...{ every: '$__interval', fill: '0' },
  },
});

const presenceMappings = (scope: Scope): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: { 0: { text: say(scope, { zh: '无有效数据', en: 'no value' }), color: 'red' } },
  },
  {
    type: MappingType.RangeToText,
    options: {
      from: 1,
      to: null,
      result: { text: say(scope, { zh: '有数据', en: 'values' }), color: 'green' },
    },
  },
];
