/*
 * `npm run faults`: every fault of this folder, one row each. `npm run faults -- modbus journal` takes those subjects,
 * `--only TEXT` the trials whose name holds the text, `--seed N` replays a run, `--short` is the form of `npm test`.
 */
import { parseArgs } from 'node:util';
import { type Cell, formatTable, msText } from '../kit/table.ts';
import { loadSubjects } from './subjects.ts';
import type { FaultTrial, TrialContext, TrialResult } from './trial.ts';
import { runTrial } from './trial-run.ts';

const HEAD = ['fault', 'injected', 'judged', 'wrong', 'lost', 'others held up', 'recovery'];

const ms = (value: number | null): string => (value === null ? 'none' : msText(value));

const row = (name: string, result: TrialResult): Cell[] => {
  const { injected, judged, wrong, lost, disturbance, recovery } = result;
  return [name, injected, String(judged), wrong, lost, ms(disturbance), ms(recovery)];
};

async function attempt(trial: FaultTrial, context: Omit<TrialContext, 'dir'>): Promise<Cell[]> {
  try {
    return row(trial.name, await runTrial(trial, context));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return [trial.name, `FAILED: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      short: { type: 'boolean', default: false },
      seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
      only: { type: 'string', default: '' },
    },
  });
  const subjects = await loadSubjects();
  const unknown = positionals.find((name) => !subjects.some((subject) => subject.name === name));
  if (unknown !== undefined)
    throw new Error(`no subject "${unknown}": ${subjects.map(({ name }) => name).join(', ')}`);
  const context = { seed: Number(values.seed), short: values.short };
  console.log(`seed ${context.seed}${context.short ? ', short' : ''}`);
  for (const { name, trials, end } of subjects) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    const rows: Cell[][] = [];
    for (const trial of trials) {
      if (trial.name.includes(values.only)) rows.push(await attempt(trial, context));
    }
    await end?.();
    if (rows.length > 0) console.log(formatTable({ title: name, head: HEAD, rows }));
  }
}

await main();
