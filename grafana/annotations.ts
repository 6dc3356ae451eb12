import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Text } from '#model/text';
import { column, WHOLE_SPAN } from './filters.ts';
import { influxql } from './influxql.ts';
import type { Question, TagFilter } from './question.ts';
import { type Scope, say } from './scope.ts';
import { DATASOURCE, type Target } from './target.ts';
import { textField } from './text-field.ts';

/** Marks on the charts of a dashboard. */
export interface Annotation {
  readonly builder: AnnotationQueryBuilder;
  readonly target: Target;
}

/** When alarms were raised and when they cleared. */
export const alarmAnnotations = (scope: Scope, tags: readonly TagFilter[]): Annotation[] => [
  annotation(scope, { name: { zh: '报警', en: 'Alarm raised' }, color: 'red', types: ['raised'], tags }),
  annotation(scope, { name: { zh: '恢复', en: 'Alarm cleared' }, color: 'green', types: ['cleared'], tags }),
];

interface Marks {
  readonly name: Text;
  readonly color: string;
  readonly types: readonly string[];
  readonly tags: readonly TagFilter[];
}

function annotation(scope: Scope, { name, color, types, tags }: Marks): Annotation {
  const text = textField(scope);
  const question: Question = {
    ...WHOLE_SPAN,
    measurement: 'alarm',
    columns: [column('raw', text, 'text'), column('raw', 'severity')],
    tags: [...tags, { tag: 'type', in: types }],
  };
  const builder = new AnnotationQueryBuilder()
    .name(say(scope, name))
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(color)
    .target(annotationQuery(question));
  return { builder, target: { refId: 'Anno', question, format: 'table' } };
}

/** As Grafana's InfluxDB data source keeps the query of an annotation, and which columns say what. */
const annotationQuery = (question: Question): Builder<Dataquery> => ({
  build: () =>
    ({
      ...{ refId: 'Anno', query: influxql(question), rawQuery: true, fromAnnotations: true },
      ...{ textColumn: 'text', tagsColumn: 'severity', titleColumn: '', timeEndColumn: '' },
    }) as unknown as Dataquery,
});
