import { type ChildProcess, fork } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { readSite } from '../site-file.ts';
import type { Command } from './command.ts';
import { serve } from './serve.ts';

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
    const simulator = await startSimulator(siteFile, [
      values.scenario,
      ...['--data', join(values.data, 'sim'), '--site-file', siteFile],
      ...['--mqtt', values.mqtt, '--http', values.http],
    ]);
    try {
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
      simulator.kill();
    }
  },
};

async function makeDataDir(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new HygateError(
      'data-dir-unusable',
      `${dir} cannot be made (${error.code}): give a folder of your own with --data`,
    );
  });
}

/** Resolves once the simulated devices answer and the site file that describes them is written. */
function startSimulator(siteFile: string, args: readonly string[]): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('./hygate.ts', import.meta.url));
  // A process of its own: its CPU and memory are the field's, not the gateway's.
  const child = fork(entry, ['sim', ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', () => resolve(child));
    child.once('exit', (code) =>
      reject(
        new HygateError(
          'internal',
          `the simulator ended with code ${code} before ${siteFile} was written, see above`,
        ),
      ),
    );
  });
}
