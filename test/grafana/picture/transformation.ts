import type { Table } from './frame.ts';
import type { Value } from './value-text.ts';

export interface TransformationJson {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
}

type Row = ReadonlyMap<string, Value>;

/** What Grafana's transformations make of the tables of a panel, as far as our dashboards use them. */
export function transformed(tables: readonly Table[], transformations: readonly TransformationJson[]): Table {
  const rows = tables.map(({ names, rows }) =>
    rows.map((row): Row => new Map(names.map((name, index) => [name, row[index] ?? null]))),
  );
  const merges = transformations.some(({ id }) => id === 'merge');
  const first = merges ? merged(rows.flat()) : (rows[0] ?? []);
  const last = transformations.reduce((kept, { id, options }) => apply(id, options, kept), first);
  const names = [...new Set(last.flatMap((row) => [...row.keys()]))];
  return { names, rows: last.map((row) => names.map((name) => row.get(name) ?? null)) };
}

function apply(id: string, options: TransformationJson['options'], rows: readonly Row[]): readonly Row[] {
  if (id === 'merge') return rows;
  if (id === 'filterByValue') return rows.filter((row) => passes(row, options as unknown as FilterOptions));
  if (id === 'groupBy') return grouped(rows, options as unknown as GroupOptions);
  if (id === 'organize') return rows.map((row) => organized(row, options as unknown as OrganizeOptions));
  throw new Error(`the pictures do not know the transformation ${id}`);
}

/** Rows that agree in whatever both have become one. */
function merged(rows: readonly Row[]): readonly Row[] {
  const kept: Map<string, Value>[] = [];
  for (const row of rows) {
    const same = kept.find((other) => agrees(row, other));
    if (same === undefined) kept.push(new Map(row));
    else for (const [name, value] of row) same.set(name, value);
  }
  return kept;
}

const agrees = (a: Row, b: Row): boolean =>
  [...a].every(([name, value]) => !b.has(name) || b.get(name) === value);

interface FilterOptions {
  readonly filters: readonly {
    readonly fieldName: string;
    readonly config: { readonly options: { readonly value: Value } };
  }[];
}

const passes = (row: Row, { filters }: FilterOptions): boolean =>
  filters.every(({ fieldName, config }) => row.get(fieldName) === config.options.value);

interface GroupOptions {
  readonly fields: Readonly<
    Record<string, { readonly operation: string; readonly aggregations: readonly string[] }>
  >;
}

function grouped(rows: readonly Row[], { fields }: GroupOptions): readonly Row[] {
  const named = Object.entries(fields);
  const keys = named.filter(([, { operation }]) => operation === 'groupby').map(([name]) => name);
  const counted = named
    .filter(([, { aggregations }]) => aggregations.includes('count'))
    .map(([name]) => name);
  const groups = Map.groupBy(rows, (row) => JSON.stringify(keys.map((name) => row.get(name))));
  return [...groups.values()].map((group): Row => {
    const values = keys.map((name): [string, Value] => [name, group[0]?.get(name) ?? null]);
    return new Map([...values, ...counted.map((name): [string, Value] => [`${name} (count)`, group.length])]);
  });
}

interface OrganizeOptions {
  readonly includeByName?: Readonly<Record<string, boolean>>;
  readonly excludeByName?: Readonly<Record<string, boolean>>;
  readonly indexByName?: Readonly<Record<string, number>>;
}

function organized(row: Row, { includeByName, excludeByName = {}, indexByName = {} }: OrganizeOptions): Row {
  const stays = (name: string) =>
    includeByName?.[name] ?? (includeByName === undefined && !excludeByName[name]);
  const place = (name: string) => indexByName[name] ?? Number.POSITIVE_INFINITY;
  return new Map([...row].filter(([name]) => stays(name)).sort(([a], [b]) => place(a) - place(b)));
}
