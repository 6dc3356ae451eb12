import type { Dashboard, Panel } from '@grafana/grafana-foundation-sdk/dashboard';

/** What SDK 0.0.21 writes and the schema of Grafana 13 does not have: of variables of another type, and of older tables. */
const VARIABLE_LEFTOVERS: readonly string[] = ['auto', 'auto_min', 'auto_count'];
const OPTION_LEFTOVERS: readonly string[] = ['footer'];
/** It knows one place only, and that is a closed menu; without any, links and marks stand above the panels. */
const PLACE_LEFTOVERS: readonly string[] = ['placement'];

export function withoutLeftovers(dashboard: Dashboard, panels: readonly Panel[]): Dashboard {
  const { list = [] } = dashboard.templating;
  const { links = [], annotations } = dashboard;
  const { list: marks = [] } = annotations;
  return {
    ...dashboard,
    links: links.map((link) => without(link, PLACE_LEFTOVERS)),
    annotations: { list: marks.map((mark) => without(mark, PLACE_LEFTOVERS)) },
    templating: { list: list.map((variable) => without(variable, VARIABLE_LEFTOVERS)) },
    panels: panels.map((panel) => ({
      ...panel,
      ...(panel.options && { options: without(panel.options, OPTION_LEFTOVERS) }),
    })),
  };
}

const without = <T extends object>(value: T, names: readonly string[]): T =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name))) as T;
