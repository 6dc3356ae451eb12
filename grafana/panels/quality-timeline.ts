import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { formatExactLength } from '#model/length-words';
import { QUALITIES, type Quality, qualityCode } from '#model/quality';
import type { SitePoint } from '#model/site';
import type { Text } from '#model/text';
import type { Ms } from '#model/time';
import { type Asking, asking } from '../asking.ts';
import { column } from '../filters.ts';
import { pointLinks } from '../links.ts';
import { SERIES, seriesOf } from '../names.ts';
import { bucketed, bucketInterval, readingTargets, refId } from '../reading-targets.ts';
import { pointName, pointsOf, type Scope, say } from '../scope.ts';
import type { Target } from '../target.ts';

/** Points on one page of the panel. */
const ROWS = 25;

/** What came of each point over time, as often as it is read: good, uncertain, bad, or nothing at all. */
export function qualityTimelines(scope: Scope): Asking[] {
  const periods = [...Map.groupBy(pointsOf(scope.site), ({ every }) => every)];
  return periods
    .sort(([a], [b]) => a - b)
    .map(([every, points]) => qualityTimeline(scope, { every, points }));
}

function qualityTimeline(scope: Scope, { every, points }: Period): Asking {
  const often = formatExactLength(every, scope.language);
  const builder = new PanelBuilder()
    .title(say(scope, { zh: `数据质量与缺口：每 ${often}一次`, en: `Quality and gaps: every ${often}` }))
    .description(
      say(scope, {
        zh: '每段时间中最差的质量；空白处什么也没有收到。整段时间都没有收到读数的测点不在图中。',
        en: 'The worst of each time; blank: nothing came. What was silent for the whole span is not here.',
      }),
    )
    .interval(bucketInterval({ every }))
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
  return asking(builder, worstQuality(points));
}

/** Points that are read so often. */
interface Period {
  readonly every: Ms;
  readonly points: readonly SitePoint[];
}

function worstQuality(points: readonly SitePoint[]): Target[] {
  const worst = { ...bucketed([column('max', 'q')]), where: [] };
  const quantities = [...Map.groupBy(points, ({ quantity }) => quantity)];
  return quantities
    .flatMap(([quantity, own]) => readingTargets({ quantity, points: own }, SERIES, worst))
    .map((target, index) => ({ ...target, refId: refId(index) }));
}

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
