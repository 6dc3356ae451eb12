import type { SitePoint } from '#model/site';
import type { Section } from './arrange.ts';
import { groupsOf } from './groups.ts';
import { stateTimeline } from './panels/state-timeline.ts';
import { tiles } from './panels/tiles.ts';
import { trend } from './panels/trend.ts';
import { type Scope, say } from './scope.ts';
import { isState } from './states.ts';

/** What the points show now. */
export const nowSection = (scope: Scope, title: string, points: readonly SitePoint[]): Section => ({
  ...{ title, width: 4, height: 4 },
  panels: groupsOf(points).map((group) => tiles(scope, group)),
});

/** The points over time: a panel for each quantity and set of limits, whatever these are. */
export function trendSections(scope: Scope, points: readonly SitePoint[]): Section[] {
  const groups = groupsOf(points);
  return [
    {
      ...{ title: say(scope, { zh: '趋势', en: 'Trends' }), width: 12, height: 9 },
      panels: groups.filter((group) => !isState(group)).map((group) => trend(scope, group)),
    },
    {
      ...{ title: say(scope, { zh: '状态', en: 'States' }), width: 12, height: 6 },
      panels: groups.filter(isState).map((group) => stateTimeline(scope, group)),
    },
  ];
}
