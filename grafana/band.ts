import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { column } from './filters.ts';
import type { DataLink } from './links.ts';
import { type Scope, say } from './scope.ts';

/** What a bucket held: its mean, and the least and the greatest, so that no peak is averaged away. */
export const bandColumns = (field: string) =>
  (['mean', 'min', 'max'] as const).map((statistic) => column(statistic, field, statistic));

export interface Band {
  readonly name: string;
  readonly color: string;
  /** The name of the series of that column. */
  readonly series: (column: 'mean' | 'min' | 'max') => string;
  readonly links: readonly DataLink[];
}

/** Mean, least and greatest in one colour, the band between the two filled; the legend names it once. */
export function bandLooks(
  scope: Scope,
  { name, color, series, links }: Band,
): [string, DynamicConfigValue[]][] {
  const paint = { id: 'color', value: { mode: 'fixed', fixedColor: color } };
  const edge = (zh: string, en: string) => [
    ...[{ id: 'displayName', value: `${name} ${say(scope, { zh, en })}` }, paint],
    ...[
      { id: 'custom.lineWidth', value: 1 },
      { id: 'custom.showPoints', value: VisibilityMode.Never },
    ],
    { id: 'custom.hideFrom', value: { legend: true, tooltip: false, viz: false } },
  ];
  const band = [
    { id: 'custom.fillOpacity', value: 20 },
    { id: 'custom.fillBelowTo', value: series('min') },
  ];
  return [
    [series('mean'), [{ id: 'displayName', value: name }, paint, { id: 'links', value: links }]],
    [series('min'), edge('最低', 'least')],
    [series('max'), [...edge('最高', 'greatest'), ...band]],
  ];
}
