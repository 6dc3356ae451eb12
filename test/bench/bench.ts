/*
 * `npm run bench`: figures and ratios of one run, with the machine. `npm run bench -- path|modbus|start|door|query|wear|drain|crossing|node-red`
 * runs those parts; `--short` only shows that they run.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../kit/table.ts';
import { crossing } from './crossing.ts';
import { door } from './door.ts';
import { drain } from './drain.ts';
import { machineTable } from './machine.ts';
import { modbus } from './modbus.ts';
import { nodeRed } from './node-red.ts';
import type { Part } from './part.ts';
import { path } from './path.ts';
import { query } from './query.ts';
import { start } from './start.ts';
import { wear } from './wear.ts';

const PARTS: Readonly<Record<string, Part>> = {
  path,
  modbus,
  start,
  door,
  query,
  wear,
  drain,
  crossing,
  'node-red': nodeRed,
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { short: { type: 'boolean', default: false } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(PARTS);
  const parts = names.map((name) => {
    const part = PARTS[name];
    if (part === undefined) throw new Error(`no part "${name}": ${Object.keys(PARTS).join(', ')}`);
    return [name, part] as const;
  });
  const dir = await mkdtemp(join(tmpdir(), 'hygate-bench-'));
  try {
    console.log(formatTable(await machineTable(dir)));
    for (const [name, part] of parts) {
      const own = join(dir, name);
      await mkdir(own);
      for await (const table of part({ dir: own, short: values.short })) console.log(formatTable(table));
    }
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

await main();
