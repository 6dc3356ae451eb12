import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { QUALITIES, type Quality, qualityCode } from '#model/quality';
import type { Quantity } from '#model/quantity';
import type { Text } from '#model/text';
import { type Asking, asking } from '../asking.ts';
import { column, PLACE, WHOLE_SPAN } from '../filters.ts';
import { pointLinks } from '../links.ts';
import { SERIES, seriesOf } from '../names.ts';
import { bucketed, longestPeriod, seconds } from '../reading-targets.ts';
import { pointName, pointsOf, quantitiesOf, type Scope, say } from '../scope.ts';
import type { Target } from '../target.ts';

/** Points on one page of the panel. */
const ROWS = 25;

/** What came of each point over time: good, uncertain, bad, or nothing at all. */
export function qualityTimeline(scope: Scope): Asking {
  const points = pointsOf(scope.site);
  const builder = new PanelBuilder()
    .title(say(scope, { zh: '数据质量与缺口', en: 'Quality and gaps' }))
    .description(
      say(scope, {
        zh: '每段时间中最差的质量；空白处什么也没有收到。整段时间都没有收到读数的测点不在图中。',
        en: 'The worst of each time; blank: nothing came. What was silent for the whole span is not here.',
      }),
    )
    .interval(seconds(2 * longestPeriod(points)))
    .mappings(qualityMappings(scope))
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .perPage(ROWS)
    .fillOpacity(80);
  for (const point of points) {
    builder.overrideByName(seriesOf(point), [
      { id: 'displayName', value: pointName(scope, point) },
      { id: 'links', value: pointLinks(scope, point) },
    ]);
  }
  return asking(builder, quantitiesOf(scope).map(worstQuality));
}

const worstQuality = (measurement: Quantity): Target => ({
  ...{ refId: measurement, format: 'time_series', alias: SERIES },
  question: {
    ...WHOLE_SPAN,
    ...{ measurement, tags: PLACE, by: ['device', 'point'] },
    ...bucketed([column('max', 'q')]),
  },
});

const LOOKS: Readonly<Record<Quality, { readonly name: Text; readonly color: string }>> = {
  good: { name: { zh: '有效', en: 'good' }, color: 'green' },
  uncertain: { name: { zh: '存疑', en: 'uncertain' }, color: 'yellow' },
  bad: { name: { zh: '无效', en: 'bad' }, color: 'red' },
};

const qualityMappings = (scope: Scope): ValueMapping[] => [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      QUALITIES.map((quality, index) => {
        const { name, color } = LOOKS[quality];
        return [qualityCode[quality], { text: say(scope, name), color, index }];
      }),
    ),
  },
];
