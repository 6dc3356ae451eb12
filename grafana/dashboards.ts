import { alarms } from './dashboards/alarms.ts';
import { areaKindSheet } from './dashboards/area-kind.ts';
import { deviceSheet } from './dashboards/device.ts';
import { health } from './dashboards/health.ts';
import { overview } from './dashboards/overview.ts';
import { areaKinds, type Scope } from './scope.ts';
import type { Sheet } from './sheet.ts';

/** Every dashboard of a site: one for each kind of area and each driver that it has, whatever these are. */
export function dashboardsOf(scope: Scope): readonly Sheet[] {
  const drivers = new Set(scope.site.devices.map(({ driver }) => driver));
  return [
    overview(scope),
    ...areaKinds(scope.site).map((kind) => areaKindSheet(scope, kind)),
    ...[...drivers].map((driver) => deviceSheet(scope, driver)),
    alarms(scope),
    health(scope),
  ];
}

/** As it is written into its file: the same each time. */
export const sheetText = ({ dashboard }: Sheet): string => `${JSON.stringify(dashboard, null, 2)}\n`;
