import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Site } from '#model/site';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { loadPlugins } from '../../gateway/plugins.ts';

const EXAMPLE = new URL('../../gateway/config/examples/hospital.yaml', import.meta.url);

/** What the example does not have: the other systems, and a device of each driver that is left. */
const MORE = {
  areas: [
    { id: 'water', name: { zh: '生活水泵房', en: 'Drinking-water pump room' }, kind: 'drinking-water' },
    { id: 'pool', name: { zh: '康复水疗池', en: 'Hydrotherapy pool' }, kind: 'pool-water' },
    { id: 'nuclear', name: { zh: '核医学科', en: 'Nuclear medicine' }, kind: 'radiation' },
    { id: 'plant', name: { zh: '设备间', en: 'Plant room' }, kind: 'other' },
  ],
  devices: [
    modbus(1, 'ultra-1', 'vaccine', 'modbus-ultra-freezer', 'vaccine-storage/ultra-low'),
    modbus(2, 'fridge-2', 'vaccine', 'modbus-fridge', 'vaccine-storage/fridge'),
    modbus(3, 'water-1', 'water', 'drinking-water-station', 'gb-5749-2022/secondary-supply'),
    modbus(4, 'dioxide-1', 'water', 'chlorine-dioxide-analyser'),
    modbus(5, 'pool-1', 'pool', 'pool-station', 'cj-t-244-2016/pool'),
    modbus(6, 'corridor', 'nuclear', 'radiation-monitor', 'radiation-areas/public-area'),
    modbus(7, 'tank-1', 'nuclear', 'decay-tank'),
    {
      ...{ id: 'plant-1', area: 'plant', driver: 'modbus', every: '1m' },
      connect: 'modbus-tcp://192.168.20.9:502?unit=9',
      points: [
        {
          key: 'supply',
          name: '送水温度',
          quantity: 'temperature',
          table: 'holding',
          address: 0,
          type: 'int16',
        },
        { key: 'tds', quantity: 'tds', table: 'holding', address: 1, type: 'int16' },
      ],
    },
  ],
};

function modbus(unit: number, ...[id, area, driver, limits]: readonly string[]) {
  const connect = `modbus-tcp://192.168.20.1:502?unit=${unit}`;
  return { id, area, driver, connect, every: '1m', ...(limits === undefined ? {} : { limits }) };
}

/** The example hospital as it stands in its file. */
export const exampleHospital = async (): Promise<Site> => siteOf(await readFile(EXAMPLE, 'utf8'));

/** The example hospital with every system that Hygate knows, so that no panel stands there without data. */
export async function wholeHospital(): Promise<Site> {
  const { areas, devices, ...rest } = parse(await readFile(EXAMPLE, 'utf8'));
  return siteOf(
    stringify({ ...rest, areas: [...areas, ...MORE.areas], devices: [...devices, ...MORE.devices] }),
  );
}

/** Every secret is the same address: nothing is ever sent there. */
async function siteOf(text: string): Promise<Site> {
  const names = text.matchAll(/\$\{(\w+)\}/g);
  const env = Object.fromEntries(names.map(([, name]) => [name, 'https://example.invalid/secret']));
  const loaded = loadSite(text, { ...(await loadPlugins()), env, readFile: () => '' });
  if ('mistakes' in loaded) throw new Error(formatMistakes(loaded.mistakes, 'hospital'));
  return loaded.site;
}
