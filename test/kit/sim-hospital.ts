import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Driver } from '#model/driver';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import { parseScenario, type Scenario } from '../../firmware-sim/scenario.ts';
import { Simulation, type SimulationOptions } from '../../firmware-sim/simulation.ts';
import { loadFolder } from '../../gateway/runtime/folder.ts';

export const drivers = (): Promise<ReadonlyMap<string, Driver>> =>
  loadFolder<Driver>(fileURLToPath(new URL('../../collectors/drivers', import.meta.url)), 'driver.ts');

export const scenarioOf = (rest: string): Scenario =>
  parseScenario(
    `site: { id: t, name: 试 }\nlisten: { mqtt: 127.0.0.1:0 }\nareas: [{ id: a, name: a, kind: other }]\n${rest}`,
  );

/** A simulation of which every server serves, in a folder of its own; `end` stops it and takes the folder away. */
export async function startSimulation(scenario: Scenario, options: Partial<SimulationOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-sim-'));
  const simulation = new Simulation({
    scenario,
    drivers: await drivers(),
    seed: 1,
    dir,
    clock: realClock,
    log: silentLog,
    ...options,
  });
  await simulation.start();
  await simulation.opcuaServing;
  const end = async () => {
    await simulation.stop();
    await rm(dir, { recursive: true, force: true });
  };
  return { simulation, dir, end };
}
