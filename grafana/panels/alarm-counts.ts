import { GraphDrawStyle, StackingConfigBuilder, StackingMode } from '@grafana/grafana-foundation-sdk/common';
import { SEVERITIES } from '#model/standard';
import { type Asking, asking } from '../asking.ts';
import { column, WHOLE_SPAN } from '../filters.ts';
import { SEVERITY_COLORS } from '../limits.ts';
import type { Question, TagFilter } from '../question.ts';
import { type Scope, say } from '../scope.ts';
import { textField } from '../text-field.ts';
import { SEVERITY_NAMES } from '../words.ts';
import { NO_ALARM } from './alarm-tables.ts';
import { chart } from './chart.ts';
import { areaColumn } from './place-columns.ts';
import { BAR_CELLS, table } from './table.ts';

/** How many alarms were raised, by severity. */
export function raisedChart(scope: Scope, tags: readonly TagFilter[]): Asking {
  const builder = chart()
    .title(say(scope, { zh: '报警次数', en: 'Alarms raised' }))
    .interval('5m')
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal))
    .decimals(0);
  for (const severity of SEVERITIES) {
    builder.overrideByName(severity, [
      { id: 'displayName', value: say(scope, SEVERITY_NAMES[severity]) },
      { id: 'color', value: { mode: 'fixed', fixedColor: SEVERITY_COLORS[severity] } },
    ]);
  }
  const question: Question = {
    ...raised(tags),
    ...{ by: ['severity'], every: '$__interval', fill: '0' },
  };
  return asking(builder, [{ refId: 'Q1', format: 'time_series', alias: '$tag_severity', question }]);
}

/** What alarms most: where nobody believes alarms any more, it begins here. */
export const frequentAlarms = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  table(scope, {
    title: { zh: '报警最多的测点', en: 'What alarms most' },
    description: {
      zh: '所选时间段内各测点、各规则的报警次数。次数很多的请检查设备、限值或延时。',
      en: 'How often each rule of each point was raised. Where it is often, look at the device, the limit or the delay.',
    },
    targets: [
      {
        refId: 'Q1',
        format: 'table',
        question: {
          ...raised(tags),
          columns: [RAISED, column('last', textField(scope), 'text')],
          by: ['area', 'device', 'point', 'rule'],
        },
      },
    ],
    columns: [
      { ...areaColumn(scope), width: 160 },
      { field: 'text', title: { zh: '内容', en: 'What' } },
      { field: 'raised', title: { zh: '次数', en: 'Times' }, width: 160, looks: [BAR_CELLS] },
    ],
    sortBy: [{ field: 'raised', descending: true }],
    noValue: NO_ALARM,
  });

const RAISED = column('count', 'standing', 'raised');

const raised = (tags: readonly TagFilter[]): Question => ({
  ...WHOLE_SPAN,
  ...{ measurement: 'alarm', tags: [...tags, { tag: 'type', in: ['raised'] }] },
  columns: [RAISED],
});
