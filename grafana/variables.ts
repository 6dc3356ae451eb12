import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Text } from '#model/text';
import { AREA, SITE } from './filters.ts';
import { tagValuesInfluxql } from './influxql.ts';
import type { TagFilter, TagQuestion } from './question.ts';
import { type Scope, say } from './scope.ts';
import { DATASOURCE } from './target.ts';

/** A variable of a dashboard, and what it can be. */
export interface Variable {
  readonly name: string;
  readonly question: TagQuestion;
  readonly builder: QueryVariableBuilder;
}

/** Where the dashboard asks. The first InfluxDB data source of Grafana until somebody chooses another. */
export const datasourceVariable = (scope: Scope): DatasourceVariableBuilder =>
  new DatasourceVariableBuilder('datasource')
    .label(say(scope, { zh: '数据源', en: 'Data source' }))
    .type(DATASOURCE.type);

export function siteVariable(scope: Scope): Variable {
  const { id } = scope.site;
  const question = { tag: 'site', tags: [] };
  const builder = variable(scope, { zh: '站点', en: 'Site' }, question);
  return { name: 'site', question, builder: builder.current({ text: id, value: id, selected: true }) };
}

/** Some or all areas; `among` narrows the choice. */
export const areaVariable = (scope: Scope, among: readonly TagFilter[] = []): Variable =>
  choice(variableOf(scope, { zh: '区域', en: 'Area' }, { tag: 'area', tags: [SITE, ...among] }));

/** Some or all devices of the areas. */
export const deviceVariable = (scope: Scope, among: readonly TagFilter[] = []): Variable =>
  choice(variableOf(scope, { zh: '设备', en: 'Device' }, { tag: 'device', tags: [SITE, AREA, ...among] }));

/** Exactly one of these devices. */
export function oneDeviceVariable(scope: Scope, devices: readonly string[]): Variable {
  const tags = [SITE, AREA, { tag: 'device', in: devices }];
  const made = variableOf(scope, { zh: '设备', en: 'Device' }, { tag: 'device', tags });
  const [first = ''] = devices;
  made.builder.current({ text: first, value: first, selected: true });
  return made;
}

/** Any number of them. All also takes what has no such tag: alarms of the gateway itself are of no area. */
function choice(made: Variable): Variable {
  made.builder.multi(true).includeAll(true).allValue('.*');
  made.builder.current({ text: ['All'], value: ['$__all'], selected: true });
  return made;
}

const variableOf = (scope: Scope, label: Text, question: TagQuestion): Variable => ({
  ...{ name: question.tag, question, builder: variable(scope, label, question) },
});

function variable(scope: Scope, label: Text, question: TagQuestion) {
  const query = tagValuesInfluxql(question);
  return new QueryVariableBuilder(question.tag)
    .label(say(scope, label))
    .datasource(DATASOURCE)
    .query({ query, refId: question.tag })
    .refresh(VariableRefresh.OnDashboardLoad)
    .sort(VariableSort.NaturalAsc)
    .options([]);
}
