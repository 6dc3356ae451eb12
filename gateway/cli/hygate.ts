import { readFile } from 'node:fs/promises';
import { HygateError } from '#model/errors';
import { RefusedFile } from '../refused-file.ts';
import type { Command } from './command.ts';
import { machineLanguage } from './language.ts';

/** Loaded when asked for: `hygate check` must not wait for an OPC UA stack. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  run: () => import('./run.ts'),
  init: () => import('./init.ts'),
  check: () => import('./check.ts'),
  verify: () => import('./verify.ts'),
  audit: () => import('./audit.ts'),
  backup: () => import('./backup.ts'),
  restore: () => import('./restore.ts'),
  collect: () => import('./collect.ts'),
  probe: () => import('./probe.ts'),
  tell: () => import('./tell.ts'),
  sim: () => import('./sim.ts'),
  compare: () => import('./compare.ts'),
  replay: () => import('./replay.ts'),
  doctor: () => import('./doctor.ts'),
  demo: () => import('./demo.ts'),
  grafana: () => import('./grafana.ts'),
  'import-influx': () => import('./import-influx.ts'),
};

async function usage(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => {
      const { command } = await load();
      return `  hygate ${name} ${command.synopsis}\n      ${command.summary}`;
    }),
  );
  return ['Hygate, the monitoring gateway for hospitals and clinics', '', ...lines].join('\n');
}

const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h']);
const VERSION: ReadonlySet<string> = new Set(['version', '--version', '-v']);

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  if (HELP.has(name)) return say(await usage());
  if (VERSION.has(name)) return say(`hygate ${await version()}`);
  const load = COMMANDS[name];
  if (load === undefined) {
    const known = Object.keys(COMMANDS).join(', ');
    throw new HygateError('request-invalid', `there is no command "${name}"; there is ${known}`);
  }
  const { command } = await load();
  if (args.includes('--help') || args.includes('-h'))
    return say(`hygate ${name} ${command.synopsis}\n${command.summary}`);
  return command.run(args);
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

async function version(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(file, 'utf8')) as { version: string }).version;
}

/** A mistake of the user is one sentence; a mistake of ours keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof RefusedFile) return `hygate: ${error.in(machineLanguage())}`;
  if (error instanceof HygateError) return `hygate: ${error.message}`;
  if (isUsers(error)) return `hygate: ${error.message}; hygate help has every command with its options`;
  return `hygate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function isUsers(error: unknown): error is Error {
  if (error instanceof HygateError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

// Whoever reads may stop reading (`| head`, a terminal that is gone): that ends no gateway, and is no fault to explain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// What it writes (readings, names, hashes of passwords, keys) is for its own user, whatever folder it is given.
process.umask(0o077);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  // 70: EX_SOFTWARE of sysexits.h, a fault of ours.
  process.exitCode = isUsers(error) ? 1 : 70;
}
