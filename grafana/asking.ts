import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE, dataquery, type Target } from './target.ts';

/** A panel and what it asks: the panel test answers each question by itself. */
export interface Asking {
  readonly panel: Panel;
  readonly targets: readonly Target[];
}

interface PanelBuilder {
  datasource(source: DataSourceRef): unknown;
  targets(targets: Builder<Dataquery>[]): unknown;
  build(): Panel;
}

export function asking(builder: PanelBuilder, targets: readonly Target[]): Asking {
  builder.datasource(DATASOURCE);
  builder.targets(targets.map(dataquery));
  return { panel: builder.build(), targets };
}
