import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expandFleet } from '../../firmware-sim/fleet.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { msText, type Table } from '../kit/table.ts';
import { type MeasuredGateway, runGateway } from './gateway.ts';
import type { PartOptions } from './part.ts';
import { median } from './sample.ts';
import { megabytes, usageOf } from './usage.ts';

/** From the start of `hygate run` to the first durable reading, and what a hospital needs when it runs. */
export async function* start({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const times = short ? { repeats: 1, restMs: 1000 } : { repeats: 3, restMs: 15_000 };
  const clinic = await startScenario('clinic', dir, times);
  const hospital = await startScenario('hospital', dir, times);
  yield startTable([...clinic.rows, ...hospital.rows, await checkRow(dir, times.repeats)], times.repeats);
  yield restTable([clinic.rest, hospital.rest], times.restMs);
}

interface Times {
  readonly repeats: number;
  readonly restMs: number;
}

interface Rest {
  readonly scenario: string;
  readonly cores: number;
  readonly rss: number;
  readonly peak: number;
  readonly readings: number;
  readonly loopP99Ms: number;
}

/** A simulated scenario that runs, and gateways that are started on it anew, each with an empty data folder. */
async function startScenario(scenario: string, dir: string, { repeats, restMs }: Times) {
  const listen = { mqtt: `127.0.0.1:${await freePort()}`, http: `127.0.0.1:${await freePort()}` };
  const [file, data] = [join(dir, `${scenario}.yaml`), join(dir, `${scenario}-sim`)];
  const where = ['--site-file', file, '--data', data, '--mqtt', listen.mqtt, '--http', listen.http];
  const sim = new HygateProcess(['sim', scenario, ...where]);
  try {
    await sim.waitFor(/The simulated devices run/);
    const welcomes: number[] = [];
    const readings: number[] = [];
    let rest: Rest | undefined;
    for (let repeat = 1; repeat <= repeats; repeat++) {
      const gateway = await runGateway({ file, dataDir: join(dir, `${scenario}-${repeat}`), ...listen });
      welcomes.push(gateway.welcomeAfter);
      readings.push(gateway.firstReadingAfter);
      if (repeat === repeats) rest = await atRest(scenario, gateway, restMs);
      await gateway.stop();
    }
    return {
      rows: [
        [`hygate run, ${scenario}: welcome`, ...timesRow(welcomes)],
        [`hygate run, ${scenario}: first durable reading`, ...timesRow(readings)],
      ],
      rest,
    };
  } finally {
    await sim.stop();
  }
}

async function atRest(scenario: string, gateway: MeasuredGateway, restMs: number): Promise<Rest> {
  await sleep(restMs / 3);
  const [before, first] = [usageOf(gateway.pid), await gateway.scrape()];
  await sleep(restMs);
  const [after, last] = [usageOf(gateway.pid), await gateway.scrape()];
  const seconds = (last.at - first.at) / 1000;
  const name = 'hygate_readings_journaled_total';
  return {
    scenario,
    cores: (after.cpu - before.cpu) / seconds,
    loopP99Ms: last.sum('nodejs_eventloop_lag_p99_seconds') * 1000,
    ...{ rss: after.rss, peak: after.peak, readings: (last.sum(name) - first.sum(name)) / seconds },
  };
}

/** `hygate check` of 10,000 points, from start to exit. */
async function checkRow(dir: string, repeats: number) {
  const file = join(dir, 'ten-thousand.yaml');
  const fleet = expandFleet({ id: 'unit', area: 'hall', devices: 100, points: 100, every: '1s' });
  const devices = fleet.map(({ physics: _, ...device }, index) => ({
    ...device,
    connect: `modbus-tcp://127.0.0.1:${10_000 + index}?unit=1`,
  }));
  const areas = [{ id: 'hall', name: 'hall', kind: 'other' }];
  await writeFile(file, JSON.stringify({ site: { id: 'bench', name: 'bench' }, areas, devices }, null, 1));
  const taken: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const begun = performance.now();
    const check = new HygateProcess(['check', file]);
    const { code } = await check.exited;
    if (code !== 0) throw new Error(`hygate check ended with ${code}: ${check.output}`);
    taken.push(performance.now() - begun);
  }
  return ['hygate check, 10,000 points', ...timesRow(taken)];
}

const timesRow = (times: readonly number[]): string[] => [msText(median(times)), msText(Math.max(...times))];

const startTable = (rows: readonly (readonly string[])[], repeats: number): Table => ({
  title: `Start-up: from the start of the process, ${repeats} times each`,
  head: ['what', 'median', 'longest'],
  rows,
  notes: ['The devices run already; the data folder is new each time. Target: 3 s.'],
});

const restTable = (rests: readonly (Rest | undefined)[], restMs: number): Table => ({
  title: `At rest: the gateway ${((restMs * 4) / 3000).toFixed(0)} s after its start`,
  head: ['scenario', 'journaled, readings/s', 'CPU, cores', 'resident', 'peak', 'event loop p99, ms'],
  rows: rests
    .filter((rest) => rest !== undefined)

    .map(({ scenario, readings, cores, rss, peak, loopP99Ms }) => [
      scenario,
      readings,
      cores,
      megabytes(rss),
      megabytes(peak),
      loopP99Ms,
    ]),
  notes: [
    'Target: 150 MB for a hospital of 300 points; the scenario has 64. The event loop is looked at each 10 ms: 10 is none.',
  ],
});
