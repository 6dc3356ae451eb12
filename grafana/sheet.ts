import {
  type CustomVariableBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Text } from '#model/text';
import type { Annotation } from './annotations.ts';
import { arrange, type Section } from './arrange.ts';
import type { Asking } from './asking.ts';
import { withoutLeftovers } from './leftovers.ts';
import { dashboardLinks, HYGATE_TAG } from './links.ts';
import { type Scope, say } from './scope.ts';
import type { Target } from './target.ts';
import { uidOf } from './uid.ts';
import { datasourceVariable } from './variables.ts';

/** A dashboard as its file, and everything that it asks. */
export interface Sheet {
  /** `overview.json` */
  readonly file: string;
  readonly dashboard: Dashboard;
  readonly panels: readonly Asking[];
  readonly annotations: readonly Target[];
}

export interface SheetPlan {
  /** Of the file and of the address. */
  readonly name: string;
  readonly title: Text;
  readonly description: Text;
  /** How far back it looks at first: `now-24h`. */
  readonly from: string;
  readonly refresh: '30s' | '1m' | '5m';
  readonly variables: readonly CustomVariableBuilder[];
  readonly annotations: readonly Annotation[];
  readonly sections: readonly Section[];
}

export function sheet(scope: Scope, plan: SheetPlan): Sheet {
  const { name, variables, annotations, sections } = plan;
  const { site, language } = scope;
  const builder = new DashboardBuilder(`${site.name[language]} · ${say(scope, plan.title)}`)
    .uid(uidOf(site.id, name))
    .description(say(scope, plan.description))
    .tags([HYGATE_TAG, site.id])
    .editable()
    .timezone(site.timeZone)
    .time({ from: plan.from, to: 'now' })
    .refresh(plan.refresh)
    .tooltip(DashboardCursorSync.Crosshair)
    .links(dashboardLinks(scope))
    .variables([datasourceVariable(scope), ...variables])
    .annotations(annotations.map((annotation) => annotation.builder));
  return {
    file: `${name}.json`,
    dashboard: withoutLeftovers(builder.build(), arrange(sections)),
    panels: sections.flatMap(({ panels }) => panels),
    annotations: annotations.map(({ target }) => target),
  };
}
