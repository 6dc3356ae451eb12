import { HygateError } from '#model/errors';
import type { Command } from './command.ts';

/** Loaded when asked for: `hygate check` must not wait for an OPC UA stack. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  run: () => import('./run.ts'),
  check: () => import('./check.ts'),
  collect: () => import('./collect.ts'),
  probe: () => import('./probe.ts'),
  sim: () => import('./sim.ts'),
  demo: () => import('./demo.ts'),
};

async function usage(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => {
      const { command } = await load();
      return `  hygate ${`${name} ${command.synopsis}`.padEnd(52)} ${command.summary}`;
    }),
  );
  return ['Hygate, the monitoring gateway for hospitals and clinics', '', ...lines].join('\n');
}

async function main([name, ...args]: readonly string[]): Promise<number> {
  const load = COMMANDS[name ?? ''];
  if (load === undefined) {
    const asked = name === undefined || name === 'help' || name === '--help' || name === '-h';
    (asked ? process.stdout : process.stderr).write(`${await usage()}\n`);
    return asked ? 0 : 2;
  }
  const { command } = await load();
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`hygate ${name} ${command.synopsis}\n${command.summary}\n`);
    return 0;
  }
  return command.run(args);
}

/** A mistake of the user is one sentence; a mistake of ours keeps its stack. */
function explain(error: unknown): string {
  if (isUsers(error)) return `hygate: ${error.message}`;
  return `hygate: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function isUsers(error: unknown): error is Error {
  if (error instanceof HygateError) return true;
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  // 70: EX_SOFTWARE of sysexits.h, a fault of ours.
  process.exitCode = isUsers(error) ? 1 : 70;
}
