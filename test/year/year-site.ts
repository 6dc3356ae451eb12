import type { Site } from '#model/site';
import { pointsOf } from '../../firmware-sim/points.ts';
import { loadScenario, type Scenario, type ScenarioDevice } from '../../firmware-sim/scenario.ts';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { loadPlugins, type Plugins } from '../../gateway/plugins.ts';
import { explanations, STAFF } from './staff.ts';

export interface YearSite {
  readonly site: Site;
  readonly scenario: Scenario;
  readonly plugins: Plugins;
}

/**
 * The hospital of the simulator as a site of the gateway, through the gateway's own reading of site files. Every device
 * is read once a minute: a year of that is judged in minutes. The limits are those of the standards, without what the
 * scenario changes so that an onlooker has not long to wait.
 */
export async function yearSite(): Promise<YearSite> {
  const scenario = await loadScenario('hospital');
  const plugins = await loadPlugins();
  const file = {
    site: { ...scenario.site, 'time-zone': 'Asia/Shanghai' },
    areas: scenario.areas,
    devices: scenario.devices.map((device, index) => ({
      ...written(device),
      ...linkOf(device, index, plugins),
    })),
    channels: { webhook: { url: 'http://127.0.0.1:9/on-call' } },
    suppress: explanations(scenario, (device) => keysOf(scenario, device, plugins)),
    ...STAFF,
  };
  // JSON is YAML.
  const text = JSON.stringify(file, null, 1);
  const loaded = loadSite(text, { ...plugins, env: {}, readFile: () => 'of-the-year' });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes, 'the year'));
  return { site: loaded.site, scenario, plugins };
}

function written({ line: _line, unit: _unit, physics: _physics, limits, ...device }: ScenarioDevice) {
  const isMapping = typeof limits === 'object' && limits !== null && 'use' in limits;
  return { ...device, every: '1m', ...(limits !== undefined && { limits: isMapping ? limits.use : limits }) };
}

function keysOf({ devices }: Scenario, id: string, { drivers }: Plugins): string[] {
  const spec = devices.find((device) => device.id === id);
  const driver = drivers.get(spec?.driver ?? '');
  return spec === undefined || driver === undefined ? [] : pointsOf(spec, driver).map(({ key }) => key);
}

const SECRET = 'file:secret';

/** An address that nobody dials. */
function linkOf({ id, driver: name, unit = 1, line }: ScenarioDevice, index: number, { drivers }: Plugins) {
  const protocol = drivers.get(name)?.protocol;
  const host = line ?? `device-${index}`;
  if (protocol === 'mqtt') return { login: { user: id, password: SECRET } };
  if (protocol === 'opcua') return { connect: `opc.tcp://${host}:4840`, security: { mode: 'None' } };
  return { connect: `modbus-tcp://${host}:502?unit=${unit}` };
}
