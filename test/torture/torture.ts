/*
 * `npm run torture -- --kills 300`: kill -9 at random instants under load. `--seed N` replays the instants, as far as a
 * machine repeats itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, quantile } from '../bench/sample.ts';
import { formatTable, msText } from '../kit/table.ts';
import { type CampaignResult, runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 1e9)) },
  },
});
const seed = Number(values.seed);
const dir = await mkdtemp(join(tmpdir(), 'hygate-torture-'));
console.log(`seed ${seed}, ${dir}`);
const started = performance.now();
try {
  const result = await runCampaign({
    kills: Number(values.kills),
    seed,
    dir,
    say: (line) => console.log(line),
  });
  console.log(report(result, performance.now() - started));
  const { lost, doubled, wrong } = result.verdict;
  process.exitCode = lost + doubled + wrong + result.polled.wrong === 0 ? 0 : 1;
} finally {
  await rm(dir, { recursive: true, force: true });
}

function report(result: CampaignResult, length: number): string {
  const { kills, verdict, polled, met, segments, toAcknowledged, toDurable } = result;
  const counts = [...met].map(([aim, count]) => `${aim} ${count}`).join(', ');
  return [
    formatTable({
      title: `${kills} kills in ${msText(length)}`,
      head: ['readings of', 'acknowledged', 'stored', 'lost', 'doubled', 'wrong'],
      rows: [
        [
          'loggers',
          ...['acknowledged', 'stored', 'lost', 'doubled', 'wrong'].map((key) =>
            String(verdict[key as keyof typeof verdict]),
          ),
        ],
        ['polled devices', null, String(polled.stored), null, null, String(polled.wrong)],
      ],
      notes: [
        `Kills at: ${counts}. The chain holds over ${segments} segments; the history tells the same as the rows.`,
      ],
    }),
    formatTable({
      title: 'From the start of the process after a kill',
      head: ['to the first', 'median', 'p95', 'worst', 'of'],
      rows: [
        ['acknowledged reading', ...spread(toAcknowledged)],
        ['durable reading', ...spread(toDurable)],
      ],
    }),
  ].join('\n');
}

function spread(times: readonly number[]): string[] {
  return [...[median(times), quantile(times, 0.95), Math.max(...times)].map(msText), String(times.length)];
}
