import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Field, fleetOf, startField, withLimits } from './field.ts';
import { startGateway } from './gateway.ts';
import { type InfluxServer, startInflux } from './influx.ts';
import type { PartOptions } from './part.ts';
import { runTrial, type Trial } from './path-trial.ts';
import { type Cell, msText, type Table } from './table.ts';
import { megabytes } from './usage.ts';

const DEVICES = 100;
const POINTS = 100;
/** Periods of 10,000 points in ms, from 10,000 to 100,000 readings a second; 100 ms is the shortest that there is. */
const PERIODS = [1000, 500, 333, 250, 200, 160, 125, 100];
/** 50,000 readings a second, the design's first target. */
const FIRST = PERIODS.indexOf(200);

interface Rig {
  readonly field: Field;
  readonly influx: InfluxServer | undefined;
  readonly dir: string;
  readonly warmUpMs: number;
  readonly seconds: number;
}

/** The whole path: field → collectors → door → journal → alarms, live values, InfluxDB; each in its own process. */
export async function* path({ dir, short }: PartOptions): AsyncGenerator<Table> {
  await using ending = new AsyncDisposableStack();
  const field = await startField(fleetOf(DEVICES, POINTS), dir);
  ending.defer(() => field.stop());
  const influx = await startInflux(dir);
  ending.defer(async () => influx?.stop());
  const times = short ? { warmUpMs: 1000, seconds: 3 } : { warmUpMs: 4000, seconds: 20 };
  const rig = { field, influx, dir, ...times };
  yield ladderTable(await ladder(rig, short), influx);
  yield growthTable(await growth({ ...rig, seconds: short ? 3 : 12 }));
}

/** Upwards from 50,000 a second until a rate is not sustained, or downwards until one is. */
async function ladder(rig: Rig, short: boolean): Promise<readonly Trial[]> {
  const trials = [await trialAt(rig, DEVICES, FIRST)];
  const step = isSustained(trials[0]) ? 1 : -1;
  for (let index = FIRST + step; PERIODS[index] !== undefined && !short; index += step) {
    trials.push(await trialAt(rig, DEVICES, index));
    if (isSustained(trials.at(-1)) !== (step === 1)) break;
  }
  return trials.toSorted((a, b) => a.offered - b.offered);
}

const isSustained = (trial: Trial | undefined): boolean => trial?.why === '';

const trialAt = (rig: Rig, devices: number, index: number): Promise<Trial> =>
  trialOf(rig, devices, PERIODS[index] ?? Number.NaN);

/** The same 1,000 readings a second from 100 points and from 10,000. */
async function growth(rig: Rig): Promise<readonly (readonly [points: number, trial: Trial])[]> {
  const few = await trialOf(rig, 1, 100);
  const many = await trialOf(rig, DEVICES, 10_000);
  return [
    [POINTS, few],
    [DEVICES * POINTS, many],
  ];
}

async function trialOf(
  { field, influx, dir, ...times }: Rig,
  devices: number,
  period: number,
): Promise<Trial> {
  const folder = join(dir, `gateway-${devices}-${period}`);
  const gateway = await startGateway(
    {
      site: { id: 'bench', name: 'bench' },
      areas: field.areas,
      devices: field.devices
        .slice(0, devices)
        .map((device) => withLimits({ ...device, every: `${period}ms` }, POINTS)),
      ...(influx && { influx: influx.target }),
    },
    folder,
  );
  try {
    return await runTrial({
      ...{ gateway, fieldPid: field.pid, influxPid: influx?.pid, pointsOfDevice: POINTS },
      offered: (devices * POINTS * 1000) / period,
      ...times,
    });
  } finally {
    await gateway.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function ladderTable(trials: readonly Trial[], influx: InfluxServer | undefined): Table {
  const rows: readonly (readonly [string, (trial: Trial) => Cell])[] = [
    ['sustained', ({ why }) => (why === '' ? 'yes' : `no: ${why}`)],
    ['journaled, readings/s', ({ journaled }) => Math.round(journaled)],
    [
      'accepted by InfluxDB, readings/s',
      ({ forwarded }) => (forwarded === null ? null : Math.round(forwarded)),
    ],
    ['live messages to a screen /s', ({ live }) => Math.round(live)],
    [
      'skipped / lost / bad, readings/s',
      ({ skipped, lost, bad }) => [skipped, lost, bad].map(Math.round).join(' / '),
    ],
    ['waiting for the door, readings', ({ waiting }) => waiting],
    ['alarms behind, rows', ({ alarmLag }) => alarmLag],
    ['InfluxDB behind, readings', ({ influxLag }) => influxLag],
    ['CPU of the gateway, cores', ({ cpu }) => cpu.gateway],
    ['CPU of the gateway, µs/reading', ({ cpuPerReadingUs }) => cpuPerReadingUs],
    ['its busiest threads, cores', threadsText],
    ['gateway resident: end, peak', ({ rss, peak }) => `${megabytes(rss)}, ${megabytes(peak)}`],
    ['event loop p99, ms (10 is none)', ({ loopP99Ms }) => loopP99Ms],
    [
      'commit p50, p99, ms',
      ({ commitP50Ms, commitP99Ms }) => `${commitP50Ms.toFixed(1)}, ${commitP99Ms.toFixed(1)}`,
    ],
    [
      'CPU of simulator, InfluxDB, bench, cores',
      ({ cpu }) => [cpu.field, cpu.influx, cpu.bench].map((x) => x.toFixed(2)).join(', '),
    ],
  ];
  const best = trials.findLast(isSustained)?.offered;
  return {
    title: `Whole path: ${DEVICES * POINTS} points of ${DEVICES} Modbus TCP devices, a limit on each`,
    head: [
      'offered, readings/s',
      ...trials.map(({ offered }) => Math.round(offered).toLocaleString('en-US')),
    ],
    rows: rows.map(([name, cell]) => [name, ...trials.map(cell)]),
    notes: [
      influx === undefined
        ? 'No VictoriaMetrics on this machine: measured without `influx:`.'
        : `InfluxDB: ${influx.name}. Simulator, InfluxDB, screen and gateway share the cores.`,
      best === undefined
        ? 'No rate was sustained.'
        : `Sustained: ${Math.round(best).toLocaleString('en-US')} readings/s.`,
    ],
  };
}

const threadsText = ({ threads }: Trial): string =>
  threads.map(([name, cores]) => `${name.replace('node-MainThread', 'main')} ${cores.toFixed(2)}`).join(', ');

function growthTable(trials: readonly (readonly [points: number, trial: Trial])[]): Table {
  const [few, many] = trials.map(([, trial]) => trial.cpuPerReadingUs);
  return {
    title: 'Growth: the same rate from few points and from many',
    head: [
      'points',
      'journaled, readings/s',
      'CPU, µs/reading',
      'CPU, cores',
      'resident',
      'first reading after',
    ],
    rows: trials.map(([points, { journaled, cpuPerReadingUs, cpu, rss, firstReadingAfter }]) => [
      ...[points, Math.round(journaled), cpuPerReadingUs, cpu.gateway],
      ...[megabytes(rss), msText(firstReadingAfter)],
    ]),
    notes: [`Ratio of the CPU per reading: ${((many ?? Number.NaN) / (few ?? Number.NaN)).toFixed(2)}.`],
  };
}
