import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Driver } from '#model/driver';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import { parseScenario } from '../../firmware-sim/scenario.ts';
import { Simulation } from '../../firmware-sim/simulation.ts';
import { loadFolder } from '../../gateway/runtime/folder.ts';

/** A simulated field in a process of its own: takes a scenario and a folder, answers with the site file, ends with its parent. */
const [text = '', dir = ''] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../../collectors/drivers', import.meta.url));
const simulation = new Simulation({
  scenario: parseScenario(text),
  drivers: await loadFolder<Driver>(folder, 'driver.ts'),
  ...{ seed: 1, dir, clock: realClock, log: silentLog },
});
await simulation.start();
process.send?.(simulation.siteFile());
process.once('disconnect', async () => {
  await simulation.stop();
  await rm(dir, { recursive: true, force: true });
  process.exit();
});
