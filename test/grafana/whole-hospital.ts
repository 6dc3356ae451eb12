import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { Site } from '#model/site';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { loadPlugins } from '../../gateway/plugins.ts';

const EXAMPLE = new URL('../../gateway/config/examples/hospital.yaml', import.meta.url);

/** What the example does not have: an area of no kind, and a device of each driver that is left. */
const MORE = {
  areas: [{ id: 'plant', name: { zh: '设备间', en: 'Plant room' }, kind: 'other' }],
  devices: [
    modbus(1, 'ultra-1', 'vaccine', 'modbus-ultra-freezer', 'vaccine-storage/ultra-low'),
    modbus(2, 'fridge-2', 'vaccine', 'modbus-fridge', 'vaccine-storage/fridge'),
    modbus(4, 'dioxide-1', 'water', 'chlorine-dioxide-analyser'),
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
