import { fileURLToPath } from 'node:url';
import type { Driver } from '#model/driver';
import type { Log } from '#model/log';
import type { Clock } from '#model/time';
import { loadFolder } from '../gateway/runtime/folder.ts';
import { loadScenario, type Scenario } from './scenario.ts';
import { Simulation, type SimulationOptions } from './simulation.ts';

export interface RunOptions extends Pick<SimulationOptions, 'brokerUrl' | 'say' | 'host'> {
  readonly scenarioName: string;
  readonly seed: number;
  readonly speed: number;
  /** Kept between starts: the OPC UA servers' keys. */
  readonly dir: string;
  /** Where the gateway of the site file listens; the scenario's own when left out. */
  readonly listen?: NonNullable<Scenario['listen']>;
  readonly log: Log;
  readonly clock: Clock;
}

export interface Running {
  readonly simulation: Simulation;
  /** The site file by which a gateway watches it; holds passwords. */
  readonly siteFile: string;
}

/** Starts a scenario that comes with the simulator. Throws `config-unreadable` when there is none of this name. */
export async function runSimulation({ scenarioName, listen, ...options }: RunOptions): Promise<Running> {
  const loaded = await loadScenario(scenarioName);
  const scenario = listen === undefined ? loaded : { ...loaded, listen };
  const folder = fileURLToPath(new URL('../collectors/drivers', import.meta.url));
  const drivers = await loadFolder<Driver>(folder, 'driver.ts');
  const simulation = new Simulation({ ...options, scenario, drivers });
  await simulation.start();
  return { simulation, siteFile: simulation.siteFile() };
}
