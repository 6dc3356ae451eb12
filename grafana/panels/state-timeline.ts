import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { type Asking, asking } from '../asking.ts';
import { column } from '../filters.ts';
import { groupDescription, groupTitle } from '../group-words.ts';
import type { Group } from '../groups.ts';
import { pointLinks } from '../links.ts';
import { SERIES, seriesOf } from '../names.ts';
import { bucketed, bucketInterval, readingTargets } from '../reading-targets.ts';
import { pointName, type Scope } from '../scope.ts';
import { stateMappings, worstState } from '../states.ts';

/** Doors, mains and such over time; a bucket shows the worst that was in it. */
export function stateTimeline(scope: Scope, group: Group): Asking {
  const builder = new PanelBuilder()
    .title(groupTitle(scope, group))
    .description(groupDescription(scope, group))
    .interval(bucketInterval(group))
    .mappings(stateMappings(scope, group))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .rowHeight(0.8)
    .fillOpacity(80);
  for (const point of group.points) {
    builder.overrideByName(seriesOf(point), [
      { id: 'displayName', value: pointName(scope, point) },
      { id: 'links', value: pointLinks(scope, point) },
    ]);
  }
  return asking(builder, readingTargets(group, SERIES, bucketed([column(worstState(group), 'value')])));
}
