import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { rankOf, SEVERITIES } from '#model/standard';
import type { Text } from '#model/text';
import type { Asking } from '../asking.ts';
import { column, WHOLE_SPAN } from '../filters.ts';
import { SEVERITY_COLORS } from '../limits.ts';
import { alarmLinks } from '../links.ts';
import type { Column, Question, TagFilter } from '../question.ts';
import { type Scope, say } from '../scope.ts';
import { textField } from '../text-field.ts';
import { EVENT_NAMES, SEVERITY_NAMES, STATE_NAMES } from '../words.ts';
import { COLORED_CELLS, calledCells, onlyRows, saidCells, type TableColumn, table } from './table.ts';

/** The newest event of each alarm that there may be: of each device, point and rule. */
export const lastOfEach = (tags: readonly TagFilter[], columns: readonly Column[]): Question => ({
  ...WHOLE_SPAN,
  ...{ measurement: 'alarm', tags, columns, over: 'ever' },
  by: ['area', 'device', 'point', 'rule', 'severity'],
});

const standingColumns = (scope: Scope): readonly Column[] => [
  column('last', 'standing'),
  ...wordColumns(scope),
  ...['rank', 'state', 'by', 'alarm'].map((field) => column('raw', field)),
];

/** What an InfluxDB has of an earlier version is without the words of numbers. */
const wordColumns = (scope: Scope): readonly Column[] => [
  column('raw', textField(scope), 'text'),
  column('raw', textField(scope, 'worst_text'), 'worst'),
  column('raw', textField(scope, 'limit_text'), 'limit'),
];

/** Whoever has chosen one area must not read that there is none anywhere. */
export const NO_ALARM: Text = { zh: '所选范围内没有报警', en: 'no alarm of what is chosen above' };

/** Alarms that stand now, whenever they began. */
export const standingAlarms = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  table(scope, {
    title: { zh: '未结束的报警', en: 'Alarms that stand' },
    description: {
      zh: '现在尚未结束的全部报警，与所选时间段无关。点击“详情”在网关页面确认。',
      en: 'All alarms that are not over, whatever span is shown. “Sheet” opens the page, where they are acknowledged.',
    },
    targets: [{ refId: 'Q1', format: 'table', question: lastOfEach(tags, standingColumns(scope)) }],
    transformations: [onlyRows('standing', 1)],
    columns: [
      severityColumn(scope, 'rank'),
      { field: 'text', title: { zh: '内容', en: 'What' } },
      stateColumn(scope),
      { field: 'Time', title: { zh: '最近变化', en: 'Last change' }, width: 170 },
      ...numberColumns,
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 110 },
      sheetColumn(scope),
    ],
    sortBy: [
      { field: 'rank', descending: true },
      { field: 'Time', descending: true },
    ],
    noValue: NO_ALARM,
  });

/** What happened to alarms in the span: raised, acknowledged, cleared, …. */
export const alarmEvents = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  table(scope, {
    title: { zh: '报警记录', en: 'What happened to alarms' },
    description: {
      zh: '所选时间段内最近的 200 条。',
      en: 'The newest 200 of the span.',
    },
    targets: [{ refId: 'Q1', format: 'table', question: eventsOf(scope, tags) }],
    columns: [
      { field: 'Time', title: { zh: '时间', en: 'Time' }, width: 170 },
      severityColumn(scope, 'severity'),
      { field: 'text', title: { zh: '内容', en: 'What' } },
      { field: 'type', title: { zh: '事件', en: 'Event' }, width: 130, looks: [named(scope, EVENT_NAMES)] },
      ...numberColumns,
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 110 },
      { field: 'comment', title: { zh: '备注', en: 'Comment' } },
      sheetColumn(scope),
    ],
    sortBy: [{ field: 'Time', descending: true }],
    noValue: { zh: '这段时间没有报警', en: 'no alarm in this span' },
  });

const eventsOf = (scope: Scope, tags: readonly TagFilter[]): Question => ({
  ...WHOLE_SPAN,
  ...{ measurement: 'alarm', tags, limit: 200 },
  columns: [
    ...wordColumns(scope),
    ...['type', 'severity', 'by', 'comment', 'alarm'].map((field) => column('raw', field)),
  ],
});

const named = (scope: Scope, names: Readonly<Record<string, Text>>): DynamicConfigValue =>
  calledCells(Object.entries(names).map(([id, text]) => [id, { text: say(scope, text) }]));

/** `rank` where rows are sorted by it: severities as texts have no order. */
const severityColumn = (scope: Scope, field: 'severity' | 'rank'): TableColumn => ({
  field,
  title: { zh: '级别', en: 'Severity' },
  width: 70,
  looks: [
    calledCells(
      SEVERITIES.map((severity) => [
        field === 'rank' ? String(rankOf(severity)) : severity,
        { text: say(scope, SEVERITY_NAMES[severity]), color: SEVERITY_COLORS[severity] },
      ]),
    ),
    COLORED_CELLS,
  ],
});

const stateColumn = (scope: Scope): TableColumn => ({
  ...{ field: 'state', title: { zh: '状态', en: 'State' }, width: 150 },
  looks: [named(scope, STATE_NAMES)],
});

const numberColumns: readonly TableColumn[] = [
  { field: 'worst', title: { zh: '最差值', en: 'Worst' }, width: 110 },
  { field: 'limit', title: { zh: '限值', en: 'Limit' }, width: 260 },
];

const sheetColumn = (scope: Scope): TableColumn => ({
  ...{ field: 'alarm', title: { zh: '详情', en: 'Sheet' }, width: 80 },
  looks: [saidCells(say(scope, { zh: '打开', en: 'open' })), { id: 'links', value: alarmLinks(scope) }],
});
