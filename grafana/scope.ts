import type { Driver } from '#model/driver';
import type { AreaId, DeviceId } from '#model/point';
import type { Quantity } from '#model/quantity';
import type { AreaKind, Site, SitePoint } from '#model/site';
import type { Language, Text } from '#model/text';

/** What the dashboards must know of a site. */
export type DashboardSite = Pick<Site, 'id' | 'name' | 'timeZone' | 'pageUrl' | 'areas' | 'devices'>;

/** For what the dashboards are made. */
export interface Scope {
  readonly site: DashboardSite;
  readonly drivers: ReadonlyMap<string, Pick<Driver, 'title'>>;
  readonly language: Language;
}

export const say = ({ language }: Scope, text: Text): string => text[language];

export function deviceName({ site, language }: Scope, device: DeviceId): string {
  return site.devices.find(({ id }) => id === device)?.name[language] ?? device;
}

/** `一号疫苗冰箱 上层温度` */
export const pointName = (scope: Scope, point: SitePoint): string =>
  `${deviceName(scope, point.device)} ${say(scope, point.name)}`;

export const pointsOf = (site: DashboardSite): readonly SitePoint[] =>
  site.devices.flatMap(({ points }) => points);

/** Kinds of areas that the site has, in the order of its file. */
export const areaKinds = ({ areas }: DashboardSite): readonly AreaKind[] => [
  ...new Set(areas.map(({ kind }) => kind)),
];

export const areasOfKind = ({ areas }: DashboardSite, kind: AreaKind): readonly AreaId[] =>
  areas.filter((area) => area.kind === kind).map(({ id }) => id);

export function pointsOfKind(site: DashboardSite, kind: AreaKind): readonly SitePoint[] {
  const areas = areasOfKind(site, kind);
  return pointsOf(site).filter(({ area }) => areas.includes(area));
}

/** What the site measures, each once. */
export const quantitiesOf = ({ site }: Scope): readonly Quantity[] => [
  ...new Set(pointsOf(site).map(({ quantity }) => quantity)),
];
