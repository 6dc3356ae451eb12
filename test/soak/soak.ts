/*
 * `npm run soak -- --minutes 60`: ten times a hospital's readings through Modbus, OPC UA and MQTT into VictoriaMetrics,
 * with faults by seed (`--seed N`). `--keep` leaves the data folder for a closer look.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MINUTE, SECOND } from '#model/time';
import { isSound, report } from './report.ts';
import { runSoak } from './soak-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
    keep: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const dir = await mkdtemp(join(tmpdir(), 'hygate-soak-'));
console.log(`seed ${seed}, ${dir}`);
try {
  const result = await runSoak({
    ...{ length: Number(values.minutes) * MINUTE, seed, dir, sampleEvery: 5 * SECOND },
    say: (line) => console.log(line),
  });
  console.log(report(result));
  process.exitCode = isSound(result) ? 0 : 1;
} finally {
  if (!values.keep) await rm(dir, { recursive: true, force: true });
}
