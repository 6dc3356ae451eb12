import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import type { Journal } from '#model/journal';
import type { Live } from '#model/live';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { Broker } from '../../gateway/broker/broker.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { COLLECTOR, device, testSite } from '../kit/broker.ts';
import { freePort } from '../kit/free-port.ts';
import { peerPath, without } from '../kit/peers.ts';
import type { Table } from '../kit/table.ts';
import { until } from '../kit/until.ts';
import type { Load } from './door-load.child.ts';
import type { PartOptions } from './part.ts';
import { median } from './sample.ts';
import { usageOf } from './usage.ts';

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

type Taker = (dir: string, load: Wish) => Promise<Turn>;

const MOSQUITTO = 'mosquitto, persistence';

/** The door with the journal behind it first; against it the same without, and brokers that judge and keep nothing. */
const TAKERS: Readonly<Record<string, Taker>> = {
  'Hygate, durable': durableTurn,
  'Hygate without a journal': (_dir, load) => takeTurn(instantly, load),
  'Aedes alone': aedesTurn,
  [`${MOSQUITTO} off`]: (dir, load) => mosquittoTurn(dir, load, false),
  [`${MOSQUITTO} on`]: (dir, load) => mosquittoTurn(dir, load, true),
};

/** All of them take the same load, in turns. */
export async function* door({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const turns = short ? 1 : 3;
  const times = short ? { warmUpMs: 300, lengthMs: 500 } : { warmUpMs: 1500, lengthMs: 2500 };
  const takers = Object.entries(TAKERS).filter(
    ([name]) => !name.startsWith(MOSQUITTO) || !without('mosquitto'),
  );
  for (const size of [50, 1]) {
    const taken = takers.map(([name, take]) => ({ name, take, turns: [] as Turn[] }));
    for (let turn = 0; turn < turns; turn++) {
      for (const { name, take, turns } of taken) {
        const own = join(dir, `${size} ${turn} ${name}`);
        await mkdir(own);
        turns.push(await take(own, { size, ...times }));
      }
    }
    yield doorTable(
      size,
      taken.map(({ name, turns }) => [name, medianTurn(turns)] as const),
    );
  }
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
    return await sendLoad(wholeLoad(broker.port, load), process.pid);
  } finally {
    await broker.stop();
  }
}

/** The library as it comes, with its own persistence in memory. */
async function aedesTurn(_dir: string, load: Wish): Promise<Turn> {
  const aedes = await Aedes.createBroker();
  const server = createServer({ noDelay: true }, aedes.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await sendLoad(wholeLoad((server.address() as AddressInfo).port, load), process.pid);
  } finally {
    await new Promise<void>((resolve) => aedes.close(resolve));
    server.close();
  }
}

/** As Debian has it. Nobody subscribes, so its persistence has nothing to keep but what it always writes. */
async function mosquittoTurn(dir: string, load: Wish, persistence: boolean): Promise<Turn> {
  const port = await freePort();
  const lines = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'set_tcp_nodelay true',
    `persistence ${persistence}`,
    ...(persistence ? [`persistence_location ${dir}/`, 'autosave_interval 1'] : []),
  ];
  await writeFile(join(dir, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  await chmod(dir, 0o777);
  const child = spawn(peerPath('mosquitto'), ['-c', join(dir, 'mosquitto.conf')], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  try {
    await until('mosquitto listens', () => accepts(port));
    return await sendLoad(wholeLoad(port, load), child.pid ?? 0);
  } finally {
    child.kill();
    await gone;
  }
}

function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => resolve(!socket.destroy().connecting));
  });
}

const wholeLoad = (port: number, load: Wish): Load => ({
  ...{ ...load, port, devices: DEVICES, points: POINTS },
  ...{ user: COLLECTOR.user, password: COLLECTOR.password },
});

/** The load comes from a process of its own; `pid` is the taker's, whose CPU is asked. */
async function sendLoad(load: Load, pid: number): Promise<Turn> {
  const child = fork(LOAD, [JSON.stringify(load)]);
  const gone = once(child, 'exit');
  await once(child, 'message');
  const before = usageOf(pid).cpu;
  const [{ readings, seconds, p50, p99 }] = await once(child, 'message');
  const cpu = usageOf(pid).cpu - before;
  await gone;
  return { readings: readings / seconds, cpuUs: (cpu * 1e6) / readings, p50, p99 };
}

const medianTurn = (turns: readonly Turn[]): Turn => ({
  readings: median(turns.map(({ readings }) => readings)),
  cpuUs: median(turns.map(({ cpuUs }) => cpuUs)),
  p50: median(turns.map(({ p50 }) => p50)),
  p99: median(turns.map(({ p99 }) => p99)),
});

function doorTable(size: number, rows: readonly (readonly [name: string, turn: Turn])[]): Table {
  const ours = rows[0]?.[1].readings ?? Number.NaN;
  return {
    title: `Door: QoS 1 over MQTT, ${size} readings in a message, in turns`,
    head: ['what takes it', 'readings/s', 'ours to it', 'PUBACK p50, p99, ms', 'CPU, µs/reading'],
    rows: rows.map(([name, { readings, p50, p99, cpuUs }]) => [
      ...[name, Math.round(readings), ours / readings],
      ...[`${p50.toFixed(1)}, ${p99.toFixed(1)}`, cpuUs],
    ]),
    notes: [
      '4 connections, 256 messages of each on their way, from another process. Target: 0.7 of Hygate without a journal.',
      'Aedes and mosquitto look at no reading, keep none, and acknowledge from memory.',
    ],
  };
}
