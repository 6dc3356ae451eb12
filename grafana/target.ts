import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { influxql } from './influxql.ts';
import type { Question } from './question.ts';

/** The dashboard's variable that says where to ask: InfluxDB, or the gateway itself. */
export const DATASOURCE = { type: 'influxdb', uid: `\${datasource}` };

/** A question of a panel, and in which shape its answer comes: a series each, or one table. */
export interface Target {
  readonly refId: string;
  readonly question: Question;
  readonly format: 'time_series' | 'table';
  /** Name of each series: `$tag_device`, `$col` and such are filled in. */
  readonly alias?: string;
}

/** The target as Grafana's InfluxDB data source has it; the SDK has no builder for that one. */
export const dataquery = ({ refId, question, format, alias }: Target): Builder<Dataquery> => ({
  build: () =>
    ({
      ...{ refId, datasource: DATASOURCE, query: influxql(question), rawQuery: true, resultFormat: format },
      ...(alias === undefined ? {} : { alias }),
    }) as unknown as Dataquery,
});
