import type { Series } from '../answer-by-force.ts';
import type { PanelJson } from '../schema-check.ts';
import { type FieldConfigJson, type Looks, looksOf } from './looks.ts';
import type { Value } from './value-text.ts';

/** A target of a panel with what came back. */
export interface Returned {
  readonly refId: string;
  readonly format: string;
  readonly alias: string | undefined;
  readonly series: readonly Series[];
}

/** A line, a lane or a tile. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly looks: Looks;
  readonly points: readonly (readonly [at: number, value: Value])[];
}

/** A field for each column of each series, as the data source names them: by the alias. */
export function fieldsOf(panel: PanelJson, returned: readonly Returned[]): readonly Field[] {
  return returned.flatMap(({ refId, alias, series }) =>
    series.flatMap((each) =>
      each.columns.slice(1).map((column, index) => {
        const name = alias === undefined ? unnamed(each, column) : aliased(alias, each, column);
        const looks = looksOf(panel['fieldConfig'] as FieldConfigJson, { name, refId });
        const points = each.values.map((row): [number, Value] => [Number(row[0]), row[index + 1] ?? null]);
        return { name, label: looks.displayName ?? name, looks, points };
      }),
    ),
  );
}

const unnamed = ({ name, tags }: Series, column: string): string => {
  const labels = Object.entries(tags).map(([tag, text]) => `${tag}: ${text}`);
  return `${name}.${column}${labels.length === 0 ? '' : ` {${labels.join(', ')}}`}`;
};

const aliased = (alias: string, { name, tags }: Series, column: string): string =>
  alias
    .replaceAll(/\$tag_([\w-]+)|\[\[tag_([\w-]+)\]\]/g, (_, short, long) => tags[short ?? long] ?? '')
    .replaceAll(/\$col|\[\[col\]\]/g, column)
    .replaceAll(/\$m(?:easurement)?\b/g, name);

/** Rows of a table: time, tags, columns. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

export function tableOf(returned: readonly Returned[]): Table {
  const series = returned.flatMap((each) => each.series);
  const [first] = series;
  if (first === undefined) return { names: [], rows: [] };
  const names = ['Time', ...Object.keys(first.tags), ...first.columns.slice(1)];
  const rows = series.flatMap(({ tags, values }) =>
    values.map(([time = null, ...rest]) => [time, ...Object.values(tags), ...rest]),
  );
  return { names, rows };
}
