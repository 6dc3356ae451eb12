/*
 * `npm run alarms:life -- --kills 200`: kill -9 at random moments of an alarm's life, against the same journal lived
 * through in peace. `--seed N` writes the same journal again. Exits with 1 when anything is missed, doubled or changed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable, msText } from '../kit/table.ts';
import { type CampaignResult, runCampaign } from './campaign.ts';
import { MOMENTS } from './ledger.ts';
import { faultsOf, repeatsIn } from './verdict.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
  },
});
const seed = Number(values.seed);
const dir = await mkdtemp(join(tmpdir(), 'hygate-life-'));
console.log(`seed ${seed}, ${dir}`);
const begun = performance.now();
const result = await runCampaign({
  kills: Number(values.kills),
  seed,
  dir,
  say: (line) => console.log(line),
});
const faults = faultsOf(result);
console.log(report(result));
for (const fault of faults.slice(0, 20)) console.log(fault);
console.log(
  `\n${result.kills} kills in ${msText(performance.now() - begun)}, ${faults.length} faults, seed ${seed}`,
);
// What went wrong is worth looking at.
if (faults.length === 0) await rm(dir, { recursive: true, force: true });
process.exitCode = faults.length === 0 ? 0 : 1;

function report({ calm, harsh, met }: CampaignResult): string {
  const { alarms, events, outbox } = harsh.ledger;
  const both = (what: string, count: (side: typeof calm) => number) => [what, count(calm), count(harsh)];
  return [
    formatTable({
      title: 'The same journal',
      head: ['', 'in peace', 'killed'],
      rows: [
        both('alarms', ({ ledger }) => ledger.alarms.length),
        both('events', ({ ledger }) => ledger.events.length),
        both('messages for a person', ({ ledger }) => ledger.outbox.length),
        both('arrived', ({ arrivals }) => arrivals.length),
        both('of them again, marked as a repeat', ({ arrivals }) => repeatsIn(arrivals)),
      ],
      notes: [
        `${alarms.length} alarms, ${events.length} events: each the same to the ms, or named below.`,
        `Messages: ${[...Map.groupBy(outbox, ({ event }) => event)].map(([event, all]) => `${event} ${all.length}`).join(', ')}.`,
        `In the outbox: ${[...Map.groupBy(outbox, ({ state }) => state)].map(([state, all]) => `${state} ${all.length}`).join(', ')}.`,
      ],
    }),
    formatTable({
      title: 'Kills that met a moment at which',
      head: ['moment', 'kills'],
      rows: MOMENTS.map((moment) => [moment, met.get(moment) ?? 0]),
    }),
  ].join('\n');
}
