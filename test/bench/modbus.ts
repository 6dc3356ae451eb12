import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModbusLink, SiteDevice } from '#model/site';
import { type Ms, SECOND } from '#model/time';
import { type ModbusRequest, plan } from '../../collectors/protocols/modbus/plan.ts';
import { loadPlugins, type Plugins } from '../../gateway/plugins.ts';
import { readSite } from '../../gateway/site-file.ts';
import type { Table } from '../kit/table.ts';
import { startField } from './field.ts';
import { fewestRequests } from './optimum.ts';
import type { PartOptions } from './part.ts';
import { type Polling, pollTurns } from './polling.ts';
import { randomMap } from './random-map.ts';

const RANDOM_MAPS = 300;
/** How fast it goes is measured; an answer that a busy machine holds up for a moment is late, and no fault. */
const PATIENCE: Ms = 10 * SECOND;
/** Whose polling is compared: one long request, two in two tables, some that may not be joined, many. */
const POLLED = ['unit-1', 'modbus-freezer', 'wastewater-station', 'scattered'];

export interface ModbusDevice {
  readonly id: string;
  readonly device: SiteDevice;
  readonly link: ModbusLink;
  readonly requests: readonly ModbusRequest[];
}

/** Requests against the optimum of the register map, and our polling against a bare client of the same library. */
export async function* modbus({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const plugins = await loadPlugins();
  await using ending = new AsyncDisposableStack();
  const field = await startField(scenarioOf(plugins), dir);
  ending.defer(() => field.stop());
  const file = join(dir, 'site.yaml');
  await writeFile(
    file,
    JSON.stringify({ site: { id: 'bench', name: 'bench' }, areas: field.areas, devices: field.devices }),
  );
  const { site } = await readSite(file, plugins);
  const devices = site.devices.flatMap(planned);
  yield planTable(devices);
  const polled = devices.filter(({ id }) => POLLED.includes(id));
  const rows: [ModbusDevice, Polling][] = [];
  for (const device of polled) {
    rows.push([
      device,
      await pollTurns(device, short ? { turns: 1, turnMs: 100 } : { turns: 4, turnMs: 800 }),
    ]);
  }
  yield pollingTable(rows);
}

/** A device of every Modbus driver, one of the scenario `busy`, and one whose registers lie far apart. */
function scenarioOf({ drivers }: Plugins): string {
  const device = (id: string, driver: string, rest: object = {}) => ({
    id,
    driver,
    area: 'hall',
    every: '1s',
    ...rest,
  });
  const ready = [...drivers.values()].filter(
    ({ protocol, points }) => protocol === 'modbus' && points !== 'site',
  );
  const scattered = Array.from({ length: 20 }, (_, index) => ({
    ...{ key: `r${index}`, name: `R${index}`, quantity: 'number', table: 'holding', type: 'uint16' },
    address: index * 50,
  }));
  const devices = [
    ...ready.map(({ name }) => device(name, name)),
    device('scattered', 'modbus', { points: scattered, physics: 'pattern' }),
  ];
  const fleet = { id: 'unit', area: 'hall', devices: 1, points: 100, every: '1s' };
  return `devices: ${JSON.stringify(devices)}\nfleet: ${JSON.stringify(fleet)}`;
}

function planned(device: SiteDevice): ModbusDevice[] {
  const { id, link } = device;
  if (link.protocol !== 'modbus') return [];
  const patient = { ...link, traits: { ...link.traits, timeoutMs: PATIENCE } };
  return [
    { id, device: { ...device, link: patient }, link: patient, requests: plan(link.points, link.traits) },
  ];
}

function planTable(devices: readonly ModbusDevice[]): Table {
  const rows = devices.map(({ id, link, requests }) => [
    ...[id === 'unit-1' ? 'busy (a unit)' : id, link.points.length],
    ...[requests.length, fewestRequests(link.points, link.traits)],
  ]);
  const maps = Array.from({ length: RANDOM_MAPS }, (_, seed) => randomMap(seed + 1));
  const ours = maps.map(({ points, traits }) => plan(points, traits).length);
  const best = maps.map(({ points, traits }) => fewestRequests(points, traits));
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
  const points = total(maps.map((map) => map.points.length));
  return {
    title: 'Modbus: requests of one read against the optimum',
    head: ['register map', 'points', 'our plan', 'optimum'],
    rows: [...rows, [`${RANDOM_MAPS} random maps`, points, total(ours), total(best)]],
    notes: [
      'Optimum: all divisions of the points tried (dynamic programming), without the planner’s reasoning.',
    ],
  };
}

const pollingTable = (rows: readonly (readonly [ModbusDevice, Polling])[]): Table => ({
  title: 'Modbus: our polling against a bare modbus-serial loop with the same requests, in turns',
  head: [
    'device',
    'requests, points',
    'ours, requests/s',
    'bare, requests/s',
    'ratio',
    'ours, CPU µs/request',
    'bare, CPU µs/request',
  ],
  rows: rows.map(([{ id, requests, link }, { ours, bare }]) => [
    ...[id, `${requests.length}, ${link.points.length}`],
    ...[Math.round(ours.perSecond), Math.round(bare.perSecond), ours.perSecond / bare.perSecond],
    ...[ours.cpuUs, bare.cpuUs],
  ]),
  notes: [
    'Ours decodes, checks ranges and builds the samples; the bare loop does not look at what came. Target: 0.7.',
  ],
});
