import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { type Ms, SECOND } from '#model/time';
import type { Command } from './command.ts';

const SIMULATOR_STOP_WITHIN: Ms = 2 * SECOND;

export const command: Command = {
  synopsis: '[--scenario hospital|clinic|busy] [--data DIR] [--mqtt HOST:PORT] [--http HOST:PORT]',
  summary: 'starts a simulated hospital and the gateway that watches it',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', default: 'hospital' },
        data: { type: 'string', default: 'data/demo' },
        mqtt: { type: 'string', default: '127.0.0.1:1883' },
        http: { type: 'string', default: '127.0.0.1:8080' },
      },
    });
    await makeDataDir(values.data);
    const siteFile = join(values.data, 'site.yaml');
    const simulator = startSimulator(siteFile, [
      values.scenario,
      ...['--data', join(values.data, 'sim'), '--site-file', siteFile],
      ...['--mqtt', values.mqtt, '--http', values.http],
    ]);
    try {
      // Loaded while the simulator starts on the other core.
      const [{ serve }, { readSite }] = await Promise.all([import('./serve.ts'), import('../site-file.ts')]);
      await simulator.ready;
      simulator.process.once('exit', () => {
        process.stderr.write(
          'hygate: the simulated devices are gone; the gateway goes on and shows them as down\n',
        );
      });
      const { site } = await readSite(siteFile);
      return await serve({
        site,
        dataDir: values.data,
        hints: [
          `Site file  ${siteFile}   (simulated: scenario "${values.scenario}")`,
          'Your site  npm start -- --config site.yaml --data DIR      check it first: npx hygate check site.yaml',
          'Stop       Ctrl-C',
        ],
      });
    } finally {
      simulator.process.removeAllListeners('exit').kill();
      // One that hangs keeps nobody's terminal: it is no part of the gateway, and all of it is made up.
      setTimeout(() => simulator.process.kill('SIGKILL'), SIMULATOR_STOP_WITHIN).unref();
    }
  },
};

async function makeDataDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    const what = `${dir} cannot be made (${error.code})`;
    throw new HygateError('data-dir-unusable', `${what}: give a folder of your own with --data`);
  });
}

interface Simulator {
  readonly process: ChildProcess;
  /** Resolves once the simulated devices answer and the site file that describes them is written. */
  readonly ready: Promise<void>;
}

function startSimulator(siteFile: string, args: readonly string[]): Simulator {
  const entry = fileURLToPath(new URL('./hygate.ts', import.meta.url));
  // A process of its own: its CPU and memory are the field's, not the gateway's.
  const child = fork(entry, ['sim', ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ready = new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('error', (error) => {
      reject(new HygateError('internal', `the simulator cannot be started: ${error.message}`));
    });
    child.once('exit', (code) => {
      const what = `the simulator ended with code ${code} before ${siteFile} was written`;
      reject(new HygateError('internal', `${what}; it said why above`));
    });
  });
  // Awaited a little later: until then its failure is nobody's surprise.
  ready.catch(() => {});
  return { process: child, ready };
}
