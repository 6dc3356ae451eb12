import {
  BarGaugeDisplayMode,
  TableCellDisplayMode,
  TableSortByFieldStateBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DataTransformerConfig,
  type DynamicConfigValue,
  MappingType,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Text } from '#model/text';
import { type Asking, asking } from '../asking.ts';
import { type Scope, say } from '../scope.ts';
import type { Target } from '../target.ts';

/** A column: the field's name, its heading, and how its cells look. */
export interface TableColumn {
  readonly field: string;
  readonly title: Text;
  readonly width?: number;
  readonly looks?: readonly DynamicConfigValue[];
}

export interface TableOptions {
  readonly title: Text;
  readonly description: Text;
  readonly targets: readonly Target[];
  /** In this order; other fields are not shown. */
  readonly columns: readonly TableColumn[];
  readonly transformations?: readonly DataTransformerConfig[];
  /** How far back it looks, whatever span is shown. */
  readonly timeFrom?: string;
  /** The first column counts most. */
  readonly sortBy: readonly { readonly field: string; readonly descending: boolean }[];
  readonly noValue: Text;
}

export function table(scope: Scope, options: TableOptions): Asking {
  const { columns, sortBy } = options;
  const headingOf = (sorted: string) =>
    say(scope, columns.find(({ field }) => field === sorted)?.title ?? { zh: sorted, en: sorted });
  const builder = new PanelBuilder()
    .title(say(scope, options.title))
    .description(say(scope, options.description))
    .noValue(say(scope, options.noValue))
    .sortBy(
      sortBy.map(({ field, descending }) =>
        new TableSortByFieldStateBuilder().displayName(headingOf(field)).desc(descending),
      ),
    );
  if (options.timeFrom !== undefined) builder.timeFrom(options.timeFrom);
  for (const transformation of [...(options.transformations ?? []), only(columns)])
    builder.withTransformation(transformation);
  for (const { field, title, width, looks = [] } of columns) {
    const narrow = width === undefined ? [] : [{ id: 'custom.width', value: width }];
    // The panel's own words for no rows at all would stand in every empty cell too.
    const empty = { id: 'noValue', value: '–' };
    builder.overrideByName(field, [
      { id: 'displayName', value: say(scope, title) },
      ...[empty, ...narrow, ...looks],
    ]);
  }
  return asking(builder, options.targets);
}

/** Fields come in any order. */
const only = (columns: readonly TableColumn[]): DataTransformerConfig => ({
  id: 'organize',
  options: {
    includeByName: Object.fromEntries(columns.map(({ field }) => [field, true])),
    indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
  },
});

/** Rows whose number in that field is so. */
export const onlyRows = (field: string, value: number): DataTransformerConfig => ({
  id: 'filterByValue',
  options: {
    filters: [{ fieldName: field, config: { id: 'equal', options: { value } } }],
    type: 'include',
    match: 'all',
  },
});

/** What an id or a state is called. */
export const calledCells = (
  names: Iterable<readonly [string, { readonly text: string; readonly color?: string }]>,
): { readonly id: 'mappings'; readonly value: readonly ValueMapping[] } => ({
  id: 'mappings',
  value: [{ type: MappingType.ValueToText, options: Object.fromEntries(names) }],
});

/** Whatever the cell holds, it reads so. */
export const saidCells = (text: string): DynamicConfigValue => ({
  id: 'mappings',
  value: [{ type: MappingType.RegexToText, options: { pattern: '.+', result: { text } } }],
});

export const COLORED_CELLS: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.ColorBackground },
};

export const BAR_CELLS: DynamicConfigValue = {
  id: 'custom.cellOptions',
  value: { type: TableCellDisplayMode.Gauge, mode: BarGaugeDisplayMode.Basic },
};
