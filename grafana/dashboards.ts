import type { AreaKind } from '#model/site';
import { areaKindSheet } from './dashboards/area-kind.ts';
import type { Scope } from './scope.ts';
import type { Sheet } from './sheet.ts';

/** Every dashboard of a site: what it has, in the order of its file. */
export function dashboardsOf(scope: Scope): readonly Sheet[] {
  const kinds = new Set<AreaKind>(scope.site.areas.map(({ kind }) => kind));
  return [...[...kinds].map((kind) => areaKindSheet(scope, kind))];
}

/** As it is written into its file: the same each time. */
export const sheetText = ({ dashboard }: Sheet): string => `${JSON.stringify(dashboard, null, 2)}\n`;
