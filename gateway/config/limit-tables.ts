import type { PointSpec } from '#model/driver';
import type { LimitTable, Scope } from '#model/limit-table';
import type { Path } from './mistakes.ts';
import { suggest } from './nearest.ts';
import type { World } from './world.ts';

/** The table of that name, `STANDARD/TABLE`; a mistake is noted where there is none. */
export function findTable(use: string, path: Path, { standards, mistakes }: World): LimitTable | undefined {
  const [name = '', key = ''] = use.split('/');
  const tables = standards.get(name)?.tables ?? {};
  const table = Object.hasOwn(tables, key) ? tables[key] : undefined;
  if (table === undefined) {
    const all = [...standards.values()].flatMap((standard) =>
      Object.keys(standard.tables).map((each) => `${standard.name}/${each}`),
    );
    mistakes.add(path, { zh: `没有限值表 "${use}"`, en: `there is no table "${use}"` }, suggest(use, all));
  }
  return table;
}

/** What applies to the point: that of the very point before that of its quantity. */
export const forPoint = <Row extends Scope>(
  rows: readonly Row[],
  { key, quantity }: PointSpec,
): Row | undefined =>
  rows.find((row) => row.quantity === quantity && row.key === key) ??
  rows.find((row) => row.quantity === quantity && row.key === undefined);

export const appliesTo = ({ rows, rules = [] }: LimitTable, spec: PointSpec): boolean =>
  forPoint([...rows, ...rules], spec) !== undefined;
