import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Cell, msText, type Table } from '../kit/table.ts';
import { type Field, fleetOf, startField, withLimits } from './field.ts';
import { startGateway } from './gateway.ts';
import { type InfluxServer, startInflux } from './influx.ts';
import type { PartOptions } from './part.ts';
import { runTrial, type Trial } from './path-trial.ts';
import { megabytes } from './usage.ts';

const POINTS = 100;
/** How many devices are read, and how often in ms: from 10,000 to 200,000 readings a second. */
const RATES = [
  { devices: 100, period: 1000 },
  { devices: 100, period: 500 },
  { devices: 100, period: 333 },
  { devices: 100, period: 250 },
  { devices: 100, period: 200 },
  { devices: 100, period: 100 },
  { devices: 150, period: 100 },
  { devices: 200, period: 100 },
] as const;
/** 50,000 readings a second, the design's first target. */
const FIRST = 4;
const MOST_DEVICES = 200;
/** Cores in use by programs that do not belong to the bench: a rate that fails beside them says nothing. */
const DISTURBANCE = 0.2;

interface Wish {
  readonly devices: number;
  readonly period: number;
}

interface Rig {
  readonly field: Field;
  readonly influx: InfluxServer | undefined;
  readonly dir: string;
  readonly warmUpMs: number;
  readonly seconds: number;
  readonly scrapeEveryMs: number;
}

/** The whole path: field → collectors → door → journal → alarms, live values, InfluxDB; each in its own process. */
export async function* path({ dir, short }: PartOptions): AsyncGenerator<Table> {
  await using ending = new AsyncDisposableStack();
  const field = await startField(fleetOf(MOST_DEVICES, POINTS), dir);
  ending.defer(() => field.stop());
  const influx = await startInflux(dir);
  ending.defer(async () => influx?.stop());
  const times = short ? { warmUpMs: 1000, seconds: 3 } : { warmUpMs: 4000, seconds: 20 };
  const rig = { field, influx, dir, ...times, scrapeEveryMs: 1000 };
  yield ladderTable(await ladder(rig, short), influx);
  // A second between two looks would be a good part of what there is to see at 1,000 a second.
  yield growthTable(await growth({ ...rig, ...(short ? {} : { seconds: 12, scrapeEveryMs: 6000 }) }));
}

/** Upwards from 50,000 a second until a rate is not sustained, or downwards until one is. */
async function ladder(rig: Rig, short: boolean): Promise<readonly Trial[]> {
  const trials = [await fairTrialOf(rig, RATES[FIRST])];
  if (short) return trials;
  const isUp = isSustained(trials[0]);
  for (const wish of isUp ? RATES.slice(FIRST + 1) : RATES.slice(0, FIRST).toReversed()) {
    const trial = await fairTrialOf(rig, wish);
    trials.push(trial);
    if (isSustained(trial) !== isUp) break;
  }
  return trials.toSorted((a, b) => a.offered - b.offered);
}

/** Once more when it failed while other programs used the machine. */
async function fairTrialOf(rig: Rig, wish: Wish): Promise<Trial> {
  const trial = await trialOf(rig, wish);
  return isSustained(trial) || trial.cpu.others < DISTURBANCE ? trial : trialOf(rig, wish);
}

const isSustained = (trial: Trial | undefined): boolean => trial?.why === '';

/** The same 1,000 readings a second from 100 points and from 10,000. */
async function growth(rig: Rig): Promise<readonly (readonly [points: number, trial: Trial])[]> {
  const few = await trialOf(rig, { devices: 1, period: 100 });
  const many = await trialOf(rig, { devices: 100, period: 10_000 });
  return [
    [POINTS, few],
    [100 * POINTS, many],
  ];
}

async function trialOf({ field, influx, dir, ...times }: Rig, { devices, period }: Wish): Promise<Trial> {
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
      points: devices * POINTS,
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
    ['points', ({ points }) => points],
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
      'CPU of simulator, InfluxDB, bench, other programs, cores',
      ({ cpu }) => [cpu.field, cpu.influx, cpu.bench, cpu.others].map((x) => x.toFixed(2)).join(', '),
    ],
  ];
  const best = trials.findLast(isSustained)?.offered;
  return {
    title: 'Whole path: Modbus TCP devices of 100 points, a limit on each point',
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
