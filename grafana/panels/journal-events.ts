import type { Asking } from '../asking.ts';
import { column, WHOLE_SPAN } from '../filters.ts';
import type { TagFilter } from '../question.ts';
import { deviceName, type Scope } from '../scope.ts';
import { textField } from '../text-field.ts';
import { calledCells, table } from './table.ts';

/** What people did and what happened to the gateway. */
export function journalEvents(scope: Scope, tags: readonly TagFilter[]): Asking {
  const devices = scope.site.devices.map(({ id }) => [id, { text: deviceName(scope, id) }] as const);
  return table(scope, {
    title: { zh: '操作与事件', en: 'What people did and what happened' },
    description: { zh: '所选时间段内最近的 200 条。', en: 'The newest 200 of the span.' },
    targets: [
      {
        ...{ refId: 'Q1', format: 'table' },
        question: {
          ...WHOLE_SPAN,
          ...{ measurement: 'event', tags, limit: 200 },
          columns: [
            column('raw', textField(scope), 'text'),
            ...['by', 'device', 'detail'].map((field) => column('raw', field)),
          ],
        },
      },
    ],
    columns: [
      { field: 'Time', title: { zh: '时间', en: 'Time' }, width: 170 },
      { field: 'text', title: { zh: '事件', en: 'What' }, width: 220 },
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 140 },
      { field: 'device', title: { zh: '设备', en: 'Device' }, width: 160, looks: [calledCells(devices)] },
      { field: 'detail', title: { zh: '内容', en: 'Detail' } },
    ],
    sortBy: [{ field: 'Time', descending: true }],
    noValue: { zh: '这段时间没有事件', en: 'nothing happened in this span' },
  });
}
