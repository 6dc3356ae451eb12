import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { quantitySpec } from '#model/quantity';
import type { SitePoint } from '#model/site';
import { isHigh } from '#model/standard';
import { type Asking, asking } from '../asking.ts';
import { type Band, bandColumns, bandLooks } from '../band.ts';
import { groupDescription, groupTitle } from '../group-words.ts';
import type { Group } from '../groups.ts';
import { limitRules, limitSteps } from '../limits.ts';
import { pointLinks } from '../links.ts';
import { COLUMN_SERIES, columnSeriesOf } from '../names.ts';
import { bucketed, bucketInterval, readingTargets } from '../reading-targets.ts';
import { pointName, type Scope } from '../scope.ts';
import { thresholds } from '../thresholds.ts';
import { grafanaUnit } from '../unit.ts';
import { chart } from './chart.ts';

/** None is a colour of an alarm. */
const HUES = ['blue', 'purple', 'green'];
const COLORS = ['', 'light-', 'dark-', 'super-light-'].flatMap((shade) => HUES.map((hue) => shade + hue));

/** The values of a group of points over time, each as a band, with their limits. */
export function trend(scope: Scope, group: Group): Asking {
  const builder = chart()
    .title(groupTitle(scope, group))
    .description(groupDescription(scope, group))
    .interval(bucketInterval(group))
    .unit(grafanaUnit(group.quantity))
    .decimals(quantitySpec(group.quantity).decimals)
    .thresholds(thresholds(limitSteps(group.points[0].rules, 'transparent')));
  softAxis(builder, group);
  group.points.forEach((point, index) => {
    for (const [series, looks] of bandLooks(scope, bandOf(scope, point, index)))
      builder.overrideByName(series, looks);
  });
  return asking(builder, readingTargets(group, COLUMN_SERIES, bucketed(bandColumns('value'))));
}

const bandOf = (scope: Scope, point: SitePoint, index: number): Band => ({
  name: pointName(scope, point),
  color: COLORS[index % COLORS.length] ?? 'blue',
  series: (column) => columnSeriesOf(point, column),
  links: pointLinks(scope, point),
});

/** The nearest limits are in sight even while the values are far from them. */
function softAxis(builder: PanelBuilder, { points: [{ rules }] }: Group): void {
  const limits = limitRules(rules);
  const low = limits.findLast(({ id }) => !isHigh(id));
  const high = limits.find(({ id }) => isHigh(id));
  if (low !== undefined) builder.axisSoftMin(low.limit);
  if (high !== undefined) builder.axisSoftMax(high.limit);
}
