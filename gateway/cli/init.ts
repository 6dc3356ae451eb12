import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { loadPlugins, type Plugins } from '../plugins.ts';
import { createLog } from '../runtime/log.ts';
import type { Answers } from '../setup/answers.ts';
import { type Given, readFlags } from '../setup/flags.ts';
import { interview } from '../setup/interview.ts';
import type { Surroundings } from '../setup/surroundings.ts';
import { unattended } from '../setup/unattended.ts';
import type { Command } from './command.ts';
import { scanModbus } from './setup/modbus-scan.ts';
import { scanOpcua } from './setup/opcua-scan.ts';
import { person } from './setup/person.ts';
import { tablesFor } from './setup/trial-site.ts';
import { filesOf, refuseExisting, writeSite } from './setup/write-site.ts';

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
    const files = filesOf(values.out);
    if (!values.force) refuseExisting(files);
    const plugins = await loadPlugins();
    const { answers, remarks } = await withSurroundings(plugins, (around) => collect(given, around));
    const written = await writeSite(answers, files, plugins);
    process.stdout.write(`${[...remarks, ...written].join('\n')}\n`);
    return 0;
  },
};

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
