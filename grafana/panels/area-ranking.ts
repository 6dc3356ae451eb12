import { MappingType, SpecialValueMatch } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Asking } from '../asking.ts';
import { column } from '../filters.ts';
import type { TagFilter } from '../question.ts';
import { type Scope, say } from '../scope.ts';
import { lastOfEach } from './alarm-tables.ts';
import { BAR_CELLS, calledCells, onlyRows, table } from './table.ts';

/** Where most alarms stand now. */
export const areaRanking = (scope: Scope, tags: readonly TagFilter[]): Asking =>
  table(scope, {
    title: { zh: '各区域未结束的报警', en: 'Alarms that stand, by area' },
    description: { zh: '与所选时间段无关。', en: 'Whatever span is shown.' },
    targets: [{ refId: 'Q1', format: 'table', question: lastOfEach(tags, [column('last', 'standing')]) }],
    transformations: [onlyRows('standing', 1), countedBy('area', 'standing')],
    columns: [
      { field: 'area', title: { zh: '区域', en: 'Area' }, looks: [areaNames(scope)] },
      { field: 'standing (count)', title: { zh: '报警数', en: 'Alarms' }, looks: [BAR_CELLS] },
    ],
    sortBy: [{ field: 'standing (count)', descending: true }],
    noValue: { zh: '当前没有报警', en: 'no alarm' },
  });

const countedBy = (group: string, counted: string) => ({
  id: 'groupBy',
  options: {
    fields: {
      [group]: { operation: 'groupby', aggregations: [] },
      [counted]: { operation: 'aggregate', aggregations: ['count'] },
    },
  },
});

/** The gateway's own alarms are of no area. */
function areaNames(scope: Scope) {
  const { id, value } = calledCells(
    scope.site.areas.map((area) => [area.id, { text: say(scope, area.name) }]),
  );
  const text = say(scope, { zh: '网关', en: 'the gateway' });
  const none = {
    type: MappingType.SpecialValue,
    options: { match: SpecialValueMatch.Empty, result: { text } },
  };
  return { id, value: [...value, none] };
}
