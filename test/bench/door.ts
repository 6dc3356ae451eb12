import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Journal } from '#model/journal';
import type { Live } from '#model/live';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { Broker } from '../../gateway/broker/broker.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { COLLECTOR, device, testSite } from '../kit/broker.ts';
import type { Table } from '../kit/table.ts';
import type { Load } from './door-load.child.ts';
import type { PartOptions } from './part.ts';
import { median } from './sample.ts';

const LOAD = fileURLToPath(new URL('./door-load.child.ts', import.meta.url));
const DEVICES = 20;
const POINTS = 50;

/** Journals at once: what the broker does by itself. */
const instantly: Journal = {
  append: async () => ({ seq: 0, repeated: 0 }),
  record: async () => 0,
  head: () => 0,
  follow: () => {
    throw new Error('nobody follows');
  },
  get history(): never {
    throw new Error('nobody asks');
  },
};

const nobodyLooks: Live = { get: () => undefined, all: () => [], onReadings: () => () => {} };

type Wish = Pick<Load, 'size' | 'warmUpMs' | 'lengthMs'>;

interface Turn {
  readonly readings: number;
  readonly cpuUs: number;
  readonly p50: number;
  readonly p99: number;
}

/** The door with the journal behind it, against the same broker with none, in turns. */
export async function* door({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const turns = short ? 1 : 3;
  const times = short ? { warmUpMs: 300, lengthMs: 500 } : { warmUpMs: 1500, lengthMs: 2500 };
  const rows = [];
  for (const size of [50, 1]) {
    const durable: Turn[] = [];
    const bare: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) {
      durable.push(await durableTurn(join(dir, `${size}-${turn}`), { size, ...times }));
      bare.push(await takeTurn(instantly, { size, ...times }));
    }
    rows.push([size, medianTurn(durable), medianTurn(bare)] as const);
  }
  yield doorTable(rows);
}

async function durableTurn(dir: string, load: Wish): Promise<Turn> {
  const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
  await journal.start();
  try {
    return await takeTurn(journal, load);
  } finally {
    await journal.stop();
  }
}

async function takeTurn(journal: Journal, load: Wish): Promise<Turn> {
  const keys = Array.from({ length: POINTS }, (_, index) => [`p${index}`, 'number'] as const);
  const link = { protocol: 'mqtt', user: 'nobody', password: 'nobody' } as const;
  const devices = Array.from({ length: DEVICES }, (_, index) =>
    device(`unit-${index}`, Object.fromEntries(keys), { ...link, user: `unit-${index}` }),
  );
  const broker = new Broker({
    ...{ site: testSite(devices), journal, live: nobodyLooks, extraClients: [COLLECTOR] },
    ...{ log: silentLog, meter: silentMeter, clock: realClock },
  });
  await broker.start();
  try {
    return await sendLoad({ ...load, port: broker.port, devices: DEVICES, points: POINTS, ...COLLECTOR });
  } finally {
    await broker.stop();
  }
}

/** The load comes from a process of its own, so that this one's CPU is the broker's and the journal's. */
async function sendLoad(load: Load): Promise<Turn> {
  const child = fork(LOAD, [JSON.stringify(load)]);
  const gone = once(child, 'exit');
  await once(child, 'message');
  const cpu = process.cpuUsage();
  const [{ readings, seconds, p50, p99 }] = await once(child, 'message');
  const { user, system } = process.cpuUsage(cpu);
  await gone;
  return { readings: readings / seconds, cpuUs: (user + system) / readings, p50, p99 };
}

const medianTurn = (turns: readonly Turn[]): Turn => ({
  readings: median(turns.map(({ readings }) => readings)),
  cpuUs: median(turns.map(({ cpuUs }) => cpuUs)),
  p50: median(turns.map(({ p50 }) => p50)),
  p99: median(turns.map(({ p99 }) => p99)),
});

const doorTable = (rows: readonly (readonly [size: number, durable: Turn, bare: Turn])[]): Table => ({
  title: 'Door: durable ingest over MQTT against the same broker without a journal, in turns',
  head: [
    'readings in a message',
    'durable, readings/s',
    'bare, readings/s',
    'ratio',
    'PUBACK p50, p99, ms',
    'bare p50, p99, ms',
    'CPU, µs/reading',
    'bare',
  ],
  rows: rows.map(([size, durable, bare]) => [
    ...[size, Math.round(durable.readings), Math.round(bare.readings), durable.readings / bare.readings],
    ...[durable, bare].map(({ p50, p99 }) => `${p50.toFixed(1)}, ${p99.toFixed(1)}`),
    ...[durable.cpuUs, bare.cpuUs],
  ]),
  notes: ['4 connections, 256 messages of each on their way, from another process. Target: 0.7.'],
});
