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
import { EVENT_NAMES, MARK_NAMES, SEVERITY_NAMES, STATE_NAMES } from '../words.ts';
import { COLORED_CELLS, calledCells, onlyRows, saidCells, type TableColumn, table } from './table.ts';

/**
 * The newest event of each rule of each point: it tells what of the rule stands. Not by severity or area, which a site file
 * may change while an alarm stands: what was said under the old ones would stand for ever.
 */
export const lastOfEach = (tags: readonly TagFilter[], columns: readonly Column[]): Question => ({
  ...WHOLE_SPAN,
  ...{ measurement: 'alarm', tags, columns, over: 'ever' },
  by: ['device', 'point', 'rule'],
});

const standingColumns = (scope: Scope): readonly Column[] => [
  column('last', 'standing'),
  ...wordColumns(scope),
  ...['rank', 'by'].map((field) => column('raw', field)),
  column('raw', 'standing_state', 'state'),
  column('raw', 'standing_alarm', 'alarm'),
];

/** What an InfluxDB has of an earlier version is without the words of numbers. */
const wordColumns = (scope: Scope): readonly Column[] => [
  column('raw', textField(scope), 'text'),
  column('raw', textField(scope, 'worst_text'), 'worst'),
  column('raw', textField(scope, 'limit_text'), 'limit'),
];

/** Grafana says it too when the source does not answer; and whoever has chosen one area must not read that there is none anywhere. */
export const NO_ALARM: Text = {
  zh: '所选范围内没有报警；标题旁有红色标记时，是读取失败',
  en: 'no alarm of what is chosen; with a red mark beside the title it could not be read',
};

/** Alarms that stand now and want somebody, whenever they began. */
export const standingAlarms = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  standingTable(scope, tags, {
    title: { zh: '未结束的报警', en: 'Alarms that stand' },
    description: {
      zh: '现在尚未结束的全部报警，与所选时间段无关；已搁置、被抑制和停用的不在其中。点击“详情”在网关页面确认。',
      en: 'All alarms that are not over, whatever span is shown, but those that are shelved, suppressed or out of service. “Sheet” opens the page, where they are acknowledged.',
    },
    standing: 1,
  });

/** Alarms that stand now and of which nothing is said. */
export const quietAlarms = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  standingTable(scope, tags, {
    title: { zh: '已搁置、被抑制或停用的报警', en: 'Shelved, suppressed or out of service' },
    description: {
      zh: '条件仍在，但暂不通知任何人的报警，与所选时间段无关。',
      en: 'What lasts though nobody is told of it for the time being, whatever span is shown.',
    },
    standing: 2,
  });

interface StandingTable {
  readonly title: Text;
  readonly description: Text;
  readonly standing: 1 | 2;
}

const standingTable = (
  scope: Scope,
  tags: readonly TagFilter[],
  { title, description, standing }: StandingTable,
): Asking =>
  table(scope, {
    ...{ title, description, noValue: NO_ALARM },
    targets: [{ refId: 'Q1', format: 'table', question: lastOfEach(tags, standingColumns(scope)) }],
    transformations: [onlyRows('standing', standing)],
    columns: [
      severityColumn(scope, 'rank'),
      { field: 'text', title: { zh: '内容', en: 'What' } },
      stateColumn(scope),
      { field: 'Time', title: { zh: '最近变化', en: 'Last change' }, width: 170 },
      // It may be worse by now: nothing is written for each reading of an alarm.
      { field: 'worst', title: { zh: '当时最差值', en: 'Worst by then' }, width: 120 },
      limitColumn,
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 110 },
      sheetColumn(scope),
    ],
    sortBy: [
      { field: 'rank', descending: true },
      { field: 'Time', descending: true },
    ],
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
      { field: 'worst', title: { zh: '最差值', en: 'Worst' }, width: 110 },
      limitColumn,
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 110 },
      { field: 'comment', title: { zh: '备注', en: 'Comment' } },
      sheetColumn(scope),
    ],
    sortBy: [{ field: 'Time', descending: true }],
    noValue: NO_ALARM,
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
  looks: [named(scope, { ...STATE_NAMES, ...MARK_NAMES })],
});

const limitColumn: TableColumn = { field: 'limit', title: { zh: '限值', en: 'Limit' }, width: 260 };

const sheetColumn = (scope: Scope): TableColumn => ({
  ...{ field: 'alarm', title: { zh: '详情', en: 'Sheet' }, width: 80 },
  looks: [saidCells(say(scope, { zh: '打开', en: 'open' })), { id: 'links', value: alarmLinks(scope) }],
});
