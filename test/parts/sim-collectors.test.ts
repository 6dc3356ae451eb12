import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Channel } from '#model/channel';
import type { Standard } from '#model/limit-table';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Site, SiteDevice } from '#model/site';
import { realClock } from '#model/time';
import { probeModbus } from '../../collectors/protocols/modbus/probe.ts';
import { probeOpcua } from '../../collectors/protocols/opcua/probe.ts';
import { loadScenario } from '../../firmware-sim/scenario.ts';
import type { Simulation } from '../../firmware-sim/simulation.ts';
import { loadSite } from '../../gateway/config/load-site.ts';
import { loadFolder } from '../../gateway/runtime/folder.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { drivers, startSimulation } from '../kit/sim-hospital.ts';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let simulation: Simulation;
let end: () => Promise<void>;
let site: Site;
let pkiDir: string;
/** Simulation and probe share a process: who answers at once is never late. */
const loopClock = new LoopClock();
afterAll(() => loopClock.stop());

/** The gateway's own reading of a site file. */
async function check(text: string) {
  return loadSite(text, {
    drivers: await drivers(),
    standards: await loadFolder<Standard>(folder('alerts/standards'), 'standard.ts'),
    channels: await loadFolder<Channel>(folder('alerts/channels'), 'channel.ts'),
    env: {},
    readFile: () => '',
  });
}

/** How far a value may be from the truth by the coarseness of its register alone. */
function resolution({ link }: SiteDevice, key: string): number {
  const address =
    link.protocol === 'modbus' ? link.points.find((point) => point.key === key)?.address : undefined;
  return address === undefined || address.type.startsWith('float') ? 1e-4 : (address.scale ?? 1) / 2 + 1e-9;
}

async function probe(device: SiteDevice) {
  const deps = { clock: realClock, log: silentLog, meter: silentMeter, pkiDir };
  if (device.link.protocol === 'mqtt') return undefined;
  return device.link.protocol === 'modbus' ? probeModbus(device, loopClock) : probeOpcua(device, deps);
}

beforeAll(async () => {
  // Time stands nearly still: what is read must be what the device holds.
  const scenario = { ...(await loadScenario('hospital')), listen: { mqtt: '127.0.0.1:0' } };
  ({ simulation, end } = await startSimulation(scenario, { speed: 1e-9 }));
  const loaded = await check(simulation.siteFile());
  if ('mistakes' in loaded) throw new Error(JSON.stringify(loaded.mistakes));
  site = loaded.site;
  pkiDir = await mkdtemp(join(tmpdir(), 'hygate-sim-pki-'));
});

afterAll(async () => {
  await end();
  await rm(pkiDir, { recursive: true, force: true });
});

describe('the hospital, read by the gateway by its own site file', () => {
  test('every point that can be asked comes good, and is what the device holds', async () => {
    let asked = 0;
    for (const device of site.devices) {
      const report = await probe(device);
      for (const { key, value, quality } of report?.points ?? []) {
        const held = simulation.value(device.id, key) ?? Number.NaN;
        expect(quality, `${device.id}.${key}`).toBe('good');
        const off = Math.abs((value ?? Number.NaN) - held);
        expect(off, `${device.id}.${key}`).toBeLessThanOrEqual(resolution(device, key));
        asked++;
      }
    }
    expect(asked).toBe(60);
  });

  test('the door of vaccine fridge 1 is judged within its minute: 15 s after the scenario opens it', () => {
    const { points = [] } = site.devices.find(({ id }) => id === 'vaccine-fridge-1') ?? {};
    const rules = points.find(({ key }) => key === 'door')?.rules ?? [];
    const limits = rules.filter(({ kind }) => kind === 'limit');
    expect(limits).toMatchObject([{ id: 'high', onDelay: 15_000, offDelay: 5000 }]);
  });

  test.each(['clinic', 'busy'])('the site file of %s has no mistake either', async (name) => {
    const scenario = { ...(await loadScenario(name)), listen: { mqtt: '127.0.0.1:0' } };
    const other = await startSimulation(scenario);
    const loaded = await check(other.simulation.siteFile());
    await other.end();
    expect('mistakes' in loaded ? loaded.mistakes : []).toEqual([]);
  });
});
