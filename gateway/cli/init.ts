import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { loadSite } from '../config/load-site.ts';
import { formatMistakes } from '../config/mistakes.ts';
import { loadPlugins, type Plugins } from '../plugins.ts';
import { createLog } from '../runtime/log.ts';
import type { Answers } from '../setup/answers.ts';
import { type Given, readFlags } from '../setup/flags.ts';
import { interview } from '../setup/interview.ts';
import { type Secret, secretsOf, siteText } from '../setup/site-text.ts';
import type { Surroundings } from '../setup/surroundings.ts';
import { unattended } from '../setup/unattended.ts';
import type { Command } from './command.ts';
import { scanModbus } from './setup/modbus-scan.ts';
import { scanOpcua } from './setup/opcua-scan.ts';
import { person } from './setup/person.ts';
import { tablesFor } from './setup/trial-site.ts';

const OPTIONS = {
  out: { type: 'string', default: 'site.yaml' },
  force: { type: 'boolean', default: false },
  site: { type: 'string' },
  name: { type: 'string' },
  'time-zone': { type: 'string' },
  area: { type: 'string', multiple: true },
  device: { type: 'string', multiple: true },
  person: { type: 'string', multiple: true },
  mail: { type: 'string' },
  'scan-modbus': { type: 'string', multiple: true },
  'scan-serial': { type: 'string', multiple: true },
  'scan-opcua': { type: 'string', multiple: true },
  trust: { type: 'string', multiple: true },
} as const;

export const command: Command = {
  synopsis:
    '[--out FILE] [--force] [--site ID] [--name NAME] [--time-zone ZONE] [--area id=…,kind=…] [--device id=…,driver=…,area=…] [--scan-modbus HOST:PORT?units=1-16] [--scan-serial /dev/…] [--scan-opcua URL] [--trust SHA256] [--person id=…,name=…,email=…] [--mail host=…,from=…]',
  summary:
    'writes a first site file from a few questions or from flags, looks for devices where it is told to',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const given = readFlags(values);
    const files = { site: values.out, env: envFileOf(values.out) };
    if (!values.force) refuseExisting(Object.values(files));
    const plugins = await loadPlugins();
    const { answers, remarks } = await withSurroundings(plugins, (around) => collect(given, around));
    const written = await write(answers, files, plugins);
    process.stdout.write(`${[...remarks, ...written].join('\n')}\n`);
    return 0;
  },
};

const envFileOf = (site: string): string => `${site.replace(/\.ya?ml$/, '')}.env`;

function refuseExisting(files: readonly string[]): void {
  const there = files.find((file) => existsSync(file));
  if (there === undefined) return;
  throw new HygateError(
    'request-invalid',
    `${there} is there already: give another --out, or --force to replace it`,
  );
}

async function collect(
  given: Given,
  around: Surroundings,
): Promise<{ answers: Answers; remarks: readonly string[] }> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return unattended(given, around);
  const terminal = person();
  try {
    return { answers: await interview(terminal, given, around), remarks: [] };
  } finally {
    terminal.close();
  }
}

async function withSurroundings<Result>(
  plugins: Plugins,
  work: (around: Surroundings) => Promise<Result>,
): Promise<Result> {
  const pkiDir = await mkdtemp(join(tmpdir(), 'hygate-init-'));
  const log = createLog(process.env['HYGATE_LOG'] ?? 'silent');
  const deps = { clock: realClock, log, meter: silentMeter, pkiDir };
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  const logger = [...plugins.drivers.values()].find(
    ({ protocol, points }) => protocol === 'mqtt' && points !== 'site',
  );
  try {
    return await work({
      scan: (target) =>
        target.kind === 'modbus'
          ? scanModbus(target, { plugins, deps, progress })
          : scanOpcua(target, plugins, deps),
      tablesFor: (driver) => tablesFor(plugins, driver),
      loggerDriver: logger?.name ?? '',
      timeZone: machineTimeZone(),
    });
  } finally {
    await rm(pkiDir, { recursive: true, force: true });
  }
}

/** A box out of the factory runs on UTC, and most of them hang in China. */
function machineTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return timeZone === 'UTC' ? 'Asia/Shanghai' : timeZone;
}

interface Files {
  readonly site: string;
  readonly env: string;
}

/** Nothing, unless `hygate check` would find no mistake. Returns what to do next. */
async function write(answers: Answers, files: Files, plugins: Plugins): Promise<string[]> {
  const text = siteText(answers);
  const secrets = secretsOf(answers);
  const folder = dirname(resolve(files.site));
  const loaded = loadSite(text, {
    ...plugins,
    env: { ...process.env, ...Object.fromEntries(secrets.map(({ variable }) => [variable, 'to come'])) },
    readFile: (path) => readFileSync(resolve(folder, path), 'utf8'),
  });
  if ('mistakes' in loaded)
    throw new HygateError(
      'config-invalid',
      `nothing was written, because the site file would have mistakes\n${formatMistakes(loaded.mistakes, files.site)}`,
    );
  if (secrets.length > 0) await replace(files.env, envText(secrets), 0o600);
  await replace(files.site, text, 0o640);
  return nextSteps(files, secrets, loaded.hints.length === 0 ? '' : formatMistakes(loaded.hints, files.site));
}

/** What is ours is made here; what others gave is to be filled in. */
const envText = (secrets: readonly Secret[]): string =>
  secrets
    .flatMap(({ variable, what, isOurs }) => [
      `# ${what}${isOurs ? '; made here: set the same in the device' : ': fill it in, between the quotes'}`,
      `${variable}='${isOurs ? randomBytes(18).toString('base64url') : ''}'`,
    ])
    .concat('')
    .join('\n');

async function replace(file: string, text: string, mode: number): Promise<void> {
  await writeFile(`${file}.part`, text, { mode: 0o600 });
  // The command's umask would take the group's right away, by which a service reads its site file.
  await chmod(`${file}.part`, mode);
  await rename(`${file}.part`, file);
}

function nextSteps(files: Files, secrets: readonly Secret[], hints: string): string[] {
  const blank = secrets.filter(({ isOurs }) => !isOurs).map(({ variable }) => variable);
  return [
    `${files.site}: written and checked.`,
    ...(hints === '' ? [] : [hints]),
    ...(secrets.length === 0
      ? []
      : [`${files.env}: ${secrets.length} secrets, for the gateway’s environment; guard it.`]),
    ...(blank.length === 0 ? [] : [`Fill in: ${blank.join(', ')}`]),
    `Next: hygate check ${files.site}`,
  ];
}
