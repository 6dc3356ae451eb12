import type { ApiOptions, Server } from '../server.ts';
import { publicSite, SiteShape } from '../shapes/site.ts';

/** GET /site: areas, devices, points with their limits, and how the devices do. */
export function siteRoute(server: Server, { site, devices, version }: ApiOptions): void {
  const fixed = { ...publicSite(site), version };
  server.get(
    '/site',
    { schema: { summary: 'Areas, devices, points and their limits', response: { 200: SiteShape } } },
    async () => ({ ...fixed, states: devices.all() }),
  );
}
