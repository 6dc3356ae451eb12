import type { Asking } from '../asking.ts';
import { column } from '../filters.ts';
import type { TagFilter } from '../question.ts';
import type { Scope } from '../scope.ts';
import { lastOfEach, NO_ALARM } from './alarm-tables.ts';
import { areaColumn } from './place-columns.ts';
import { BAR_CELLS, onlyRows, table } from './table.ts';

/** Where most alarms stand now. */
export const areaRanking = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  table(scope, {
    title: { zh: '各区域未结束的报警', en: 'Alarms that stand, by area' },
    description: { zh: '与所选时间段无关。', en: 'Whatever span is shown.' },
    targets: [{ refId: 'Q1', format: 'table', question: lastOfEach(tags, COLUMNS) }],
    transformations: [onlyRows('standing', 1), countedBy('area', 'standing')],
    columns: [
      areaColumn(scope),
      { field: 'standing (count)', title: { zh: '报警数', en: 'Alarms' }, looks: [BAR_CELLS] },
    ],
    sortBy: [{ field: 'standing (count)', descending: true }],
    noValue: NO_ALARM,
  });

const COLUMNS = [column('last', 'standing'), column('raw', 'area')];

const countedBy = (group: string, counted: string) => ({
  id: 'groupBy',
  options: {
    fields: {
      [group]: { operation: 'groupby', aggregations: [] },
      [counted]: { operation: 'aggregate', aggregations: ['count'] },
    },
  },
});
