import type { Asking } from '../asking.ts';
import { column, WHOLE_SPAN } from '../filters.ts';
import type { TagFilter } from '../question.ts';
import type { Scope } from '../scope.ts';
import { textField } from '../text-field.ts';
import { deviceNames } from './place-columns.ts';
import { table } from './table.ts';

/** What people did and what happened to the gateway. */
export function journalEvents(scope: Scope, tags: readonly TagFilter[]): Asking {
  // A logger acts under its own id.
  const names = deviceNames(scope);
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
      { field: 'by', title: { zh: '操作人', en: 'By' }, width: 160, looks: [names] },
      { field: 'device', title: { zh: '设备', en: 'Device' }, width: 160, looks: [names] },
      { field: 'detail', title: { zh: '内容', en: 'Detail' } },
    ],
    sortBy: [{ field: 'Time', descending: true }],
    noValue: { zh: '这段时间没有事件', en: 'nothing happened in this span' },
  });
}
