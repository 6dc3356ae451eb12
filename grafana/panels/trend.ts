import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { quantitySpec } from '#model/quantity';
import type { SitePoint } from '#model/site';
import { isHigh } from '#model/standard';
import { type Asking, asking } from '../asking.ts';
import { column } from '../filters.ts';
import { groupDescription, groupTitle } from '../group-words.ts';
import type { Group } from '../groups.ts';
import { limitRules, limitSteps } from '../limits.ts';
import { pointLinks } from '../links.ts';
import { COLUMN_SERIES, columnSeriesOf } from '../names.ts';
import { bucketed, bucketInterval, readingTargets } from '../reading-targets.ts';
import { pointName, type Scope, say } from '../scope.ts';
import { grafanaUnit } from '../unit.ts';

/** None is a colour of an alarm. */
const COLORS = [
  ...['blue', 'purple', 'green', 'light-blue', 'light-purple', 'light-green'],
  ...[
    'dark-blue',
    'dark-purple',
    'dark-green',
    'super-light-blue',
    'super-light-purple',
    'super-light-green',
  ],
];

/** The values of a group of points: their mean, and from the least to the greatest so that no peak is averaged away. */
export function trendPanel(scope: Scope, group: Group): Asking {
  const { decimals } = quantitySpec(group.quantity);
  const builder = new PanelBuilder()
    .title(groupTitle(scope, group))
    .description(groupDescription(scope, group))
    .interval(bucketInterval(group))
    .unit(grafanaUnit(group.quantity))
    .decimals(decimals)
    .thresholds(
      new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([...limitSteps(group.points[0].rules, 'transparent')]),
    )
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.DashedAndArea))
    .spanNulls(false)
    .showPoints(VisibilityMode.Auto)
    .legend(LEGEND)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.None));
  softAxis(builder, group);
  group.points.forEach((point, index) => {
    for (const [name, looks] of looksOf(scope, point, index)) builder.overrideByName(name, looks);
  });
  const columns = [
    column('mean', 'value', 'mean'),
    column('min', 'value', 'min'),
    column('max', 'value', 'max'),
  ];
  return asking(builder, readingTargets(group, COLUMN_SERIES, bucketed(columns)));
}

const LEGEND = new VizLegendOptionsBuilder()
  .showLegend(true)
  .displayMode(LegendDisplayMode.List)
  .placement(LegendPlacement.Bottom)
  .calcs([]);

/** The nearest limits are in sight even while the values are far from them. */
function softAxis(builder: PanelBuilder, { points: [{ rules }] }: Group): void {
  const limits = limitRules(rules);
  const low = limits.findLast(({ id }) => !isHigh(id));
  const high = limits.find(({ id }) => isHigh(id));
  if (low !== undefined) builder.axisSoftMin(low.limit);
  if (high !== undefined) builder.axisSoftMax(high.limit);
}

/** Mean, least and greatest of one point in one colour, the band between the two filled. */
function looksOf(scope: Scope, point: SitePoint, index: number): [string, DynamicConfigValue[]][] {
  const name = pointName(scope, point);
  const color = { id: 'color', value: { mode: 'fixed', fixedColor: COLORS[index % COLORS.length] } };
  const edge = [
    ...[
      color,
      { id: 'custom.lineWidth', value: 1 },
      { id: 'custom.showPoints', value: VisibilityMode.Never },
    ],
    { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
  ];
  const called = (zh: string, en: string) => ({
    ...{ id: 'displayName', value: `${name} ${say(scope, { zh, en })}` },
  });
  return [
    [
      columnSeriesOf(point, 'mean'),
      [{ id: 'displayName', value: name }, color, { id: 'links', value: pointLinks(scope, point) }],
    ],
    [columnSeriesOf(point, 'min'), [called('最低', 'least'), ...edge]],
    [
      columnSeriesOf(point, 'max'),
      [
        ...[called('最高', 'greatest'), ...edge, { id: 'custom.fillOpacity', value: 20 }],
        { id: 'custom.fillBelowTo', value: columnSeriesOf(point, 'min') },
      ],
    ],
  ];
}
