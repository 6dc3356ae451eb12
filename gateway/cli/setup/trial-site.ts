import { stringify } from 'yaml';
import type { Driver } from '#model/driver';
import type { SiteDevice } from '#model/site';
import { type Loaded, loadSite } from '../../config/load-site.ts';
import type { Plugins } from '../../plugins.ts';

/** A device on trial: as it would stand in the site file. */
export interface TrialDevice {
  readonly driver: string;
  readonly connect?: string;
  readonly limits?: string;
  readonly security?: object;
}

/** A site of one device, through the checker of every site. */
function trialSite(plugins: Plugins, device: TrialDevice): Loaded {
  const { connect } = device;
  const more = connect === undefined ? { login: { password: 'trial' } } : {};
  const text = stringify({
    site: { id: 'trial', name: 'trial' },
    areas: [{ id: 'here', name: 'here' }],
    devices: [{ id: 'device', area: 'here', ...device, ...more }],
  });
  return loadSite(text, { ...plugins, env: {}, readFile: () => '' });
}

/** Undefined when it could not stand in a site file like that. */
export function trialDevice(plugins: Plugins, device: TrialDevice): SiteDevice | undefined {
  const loaded = trialSite(plugins, device);
  return 'site' in loaded ? loaded.site.devices[0] : undefined;
}

const ANY_ADDRESS: Readonly<Record<Driver['protocol'], Partial<TrialDevice>>> = {
  modbus: { connect: 'modbus-tcp://127.0.0.1?unit=1' },
  opcua: { connect: 'opc.tcp://127.0.0.1:4840' },
  mqtt: {},
};

/** Enough to choose from. */
const MOST_TABLES = 6;

/** Tables that the checker takes for the driver, those first that speak of most of its points and of little else. */
export function tablesFor(plugins: Plugins, name: string): string[] {
  const driver = plugins.drivers.get(name);
  if (driver === undefined || driver.points === 'site') return [];
  const quantities = new Set(driver.points.map(({ quantity }) => quantity));
  const ranked = [...plugins.standards.values()].flatMap((standard) =>
    Object.entries(standard.tables).map(([key, { rows }]) => {
      const told = rows.filter(({ quantity }) => quantities.has(quantity)).length;
      return { use: `${standard.name}/${key}`, told, share: rows.length === 0 ? 0 : told / rows.length };
    }),
  );
  return ranked
    .filter(({ told }) => told > 0)
    .sort((a, b) => b.told * b.share - a.told * a.share || (a.use < b.use ? -1 : 1))
    .map(({ use }) => use)
    .filter(
      (limits) => 'site' in trialSite(plugins, { driver: name, ...ANY_ADDRESS[driver.protocol], limits }),
    )
    .slice(0, MOST_TABLES);
}
