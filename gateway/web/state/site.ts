import type { Protocol } from '#model/driver';
import type { Area, Site, SiteDevice, SitePoint } from '#model/site';

export type PageDevice = Omit<SiteDevice, 'link'> & { readonly protocol: Protocol };

/** What GET /api/v1/site answers. */
export type PageSite = Pick<Site, 'id' | 'name' | 'region' | 'areas' | 'policy'> & {
  readonly version: string;
  readonly devices: readonly PageDevice[];
};

/** Where a point is: everything that its views name. */
export interface Place {
  readonly point: SitePoint;
  readonly device: PageDevice;
  readonly area: Area | undefined;
}

export function placesOf(site: PageSite): ReadonlyMap<string, Place> {
  const areas = new Map(site.areas.map((area) => [area.id, area]));
  const places = site.devices.flatMap((device) =>
    device.points.map((point): [string, Place] => [
      point.id,
      { point, device, area: areas.get(device.area) },
    ]),
  );
  return new Map(places);
}
