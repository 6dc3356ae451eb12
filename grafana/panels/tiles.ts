import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { quantitySpec } from '#model/quantity';
import { MINUTE } from '#model/time';
import { type Asking, asking } from '../asking.ts';
import { column } from '../filters.ts';
import { groupDescription, groupMeasure } from '../group-words.ts';
import type { Group } from '../groups.ts';
import { limitSteps } from '../limits.ts';
import { pointLinks } from '../links.ts';
import { SERIES, seriesOf } from '../names.ts';
import { noData } from '../no-data.ts';
import { readingTargets } from '../reading-targets.ts';
import { pointName, type Scope, say } from '../scope.ts';
import { stateMappings } from '../states.ts';
import { thresholds } from '../thresholds.ts';
import { grafanaUnit } from '../unit.ts';

/** What each point of a group shows now, in the colour of its limits. What is silent for long shows nothing. */
export function tiles(scope: Scope, group: Group): Asking {
  const minutes = Math.ceil(Math.max(5, (3 * group.every) / MINUTE));
  const builder = new PanelBuilder()
    // Whose it is stands in each tile, and a narrow title has room for its limits alone.
    .title(groupMeasure(scope, group))
    .description(freshness(scope, minutes) + groupDescription(scope, group))
    .timeFrom(`${minutes}m`)
    .hideTimeOverride(true)
    .unit(grafanaUnit(group.quantity))
    .decimals(quantitySpec(group.quantity).decimals)
    .mappings([...stateMappings(scope, group), noData(scope)])
    .thresholds(thresholds(limitSteps(group.points[0].rules)))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Background)
    .textMode(BigValueTextMode.ValueAndName)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields(''));
  for (const point of group.points) {
    builder.overrideByName(seriesOf(point), [
      { id: 'displayName', value: pointName(scope, point) },
      { id: 'links', value: pointLinks(scope, point) },
    ]);
  }
  return asking(builder, readingTargets(group, SERIES, { columns: [column('last', 'value')] }));
}

const freshness = (scope: Scope, minutes: number): string =>
  say(scope, {
    zh: `只显示最近 ${minutes} 分钟内的值；更早的不显示。\n`,
    en: `Only values of the last ${minutes} minutes are shown.\n`,
  });
