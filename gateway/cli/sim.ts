import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { realClock } from '#model/time';
import { runSimulation } from '../../firmware-sim/sim.ts';
import { createLog } from '../runtime/log.ts';
import type { Command } from './command.ts';
import { stopSignal } from './stop-signal.ts';

export const command: Command = {
  synopsis: '[SCENARIO] [--site-file FILE] [--seed N] [--speed N] …',
  summary: 'runs the simulated devices alone (hospital, clinic, busy)',
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string', default: 'data/sim' },
        'site-file': { type: 'string', default: 'data/sim/site.yaml' },
        mqtt: { type: 'string', default: '127.0.0.1:1883' },
        http: { type: 'string', default: '127.0.0.1:8080' },
        seed: { type: 'string', default: '1' },
        speed: { type: 'string', default: '1' },
      },
    });
    const { simulation, siteFile } = await runSimulation({
      scenarioName: positionals[0] ?? 'hospital',
      seed: positive('seed', values.seed),
      speed: positive('speed', values.speed),
      dir: values.data,
      listen: { mqtt: values.mqtt, http: values.http },
      say: (line) => process.stdout.write(`${line}\n`),
      log: createLog(process.env['HYGATE_LOG'] ?? 'warn'),
      clock: realClock,
    });
    const file = values['site-file'];
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, siteFile, { mode: 0o600 });
    if (process.send === undefined)
      process.stdout.write(`The simulated devices run; their site file is ${file}\n`);
    process.send?.('ready');
    await stopSignal();
    await simulation.stop();
    return 0;
  },
};

function positive(name: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new HygateError('request-invalid', `--${name} must be a number above 0; it is "${text}"`);
}
