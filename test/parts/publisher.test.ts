import { createServer, connect as dial, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Outage } from '#model/outage';
import { goodSample, type Sample } from '#model/reading';
import { type Clock, realClock } from '#model/time';
import { Publisher, type PublisherOptions } from '../../collectors/publisher/publisher.ts';
import {
  type Bench,
  COLLECTOR,
  CountingMeter,
  device,
  loggerDevice,
  loginOf,
  MemoryJournal,
  startBroker,
} from '../kit/broker.ts';
import { freePort } from '../kit/free-port.ts';
import { until } from '../kit/until.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function start(...args: Parameters<typeof startBroker>): Promise<Bench> {
  const bench = await startBroker(...args);
  cleanups.push(() => {
    bench.journal.release();
    return bench.broker.stop();
  });
  return bench;
}

async function publisher(port: number, options: Partial<PublisherOptions> = {}) {
  const meter = new CountingMeter();
  const { user, password } = COLLECTOR;
  const url = `mqtt://127.0.0.1:${port}`;
  const shared = {
    url,
    user,
    password,
    site: 'ward',
    clock: realClock,
    log: silentLog,
    meter,
    drainWithin: 0,
  };
  const made = new Publisher({ ...shared, ...options });
  await made.start();
  cleanups.push(() => made.stop());
  return { publisher: made, meter };
}

/** Cuts every connection that goes through it, without a word, whenever the test says so. */
async function cuttableProxy(port: number) {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((near) => {
    const far = keep(dial(port, '127.0.0.1'));
    keep(near).pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  cleanups.push(() => {
    server.close();
    cut();
  });
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0, cut };
}

/** Ends the connection on which a message comes that it refuses, and that does not arrive. */
async function refusingProxy(port: number, refuses: (message: Buffer) => boolean) {
  const server = createServer((near) => {
    const far = dial(port, '127.0.0.1');
    const end = () => [near, far].map((socket) => socket.destroy());
    for (const socket of [near, far]) socket.on('error', () => {}).on('close', end);
    far.pipe(near);
    near.on('data', (bytes: Buffer) => {
      const isMessage = (bytes[0] ?? 0) >> 4 === 3;
      if (isMessage && refuses(bytes)) end();
      else far.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

const NOW = Date.now();
/** Sample n is a millisecond younger than sample n - 1, and its value is n. */
const sample = (n: number, key = 'temp'): Sample => goodSample(key, NOW - 1_000_000 + n, n % 100);
const samples = (from: number, count: number) => Array.from({ length: count }, (_, i) => sample(from + i));
const numbersOf = ({ journal }: Bench, point = 'box-1.temp') =>
  journal.readings.filter((reading) => reading.point === point).map(({ at }) => at - NOW + 1_000_000);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);
/** Retry 200 ms and acknowledge 20 s are both a twentieth of that. */
const fastClock: Clock = {
  ...realClock,
  monotonic: () => realClock.monotonic() * 20,
  after: (delay, task) => realClock.after(delay / 20, task),
};

test('samples of a device travel together and arrive in order', async () => {
  const bench = await start();
  const { publisher: sender } = await publisher(bench.broker.port);
  for (const one of samples(0, 1_000)) sender.publish('box-1', [one]);
  await until('all arrived', () => bench.journal.readings.length === 1_000);
  expect(numbersOf(bench)).toEqual(upTo(1_000));
});

test('samples wait for a door that comes later', async () => {
  const first = await startBroker({ port: await freePort() });
  const { port } = first.broker;
  await first.broker.stop();
  const { publisher: sender } = await publisher(port);
  sender.publish('box-1', samples(0, 300));
  const bench = await start({ port });
  await until('all arrived', () => bench.journal.readings.length === 300);
  expect(numbersOf(bench)).toEqual(upTo(300));
});

test('the broker dies with readings in hand and returns: nothing is lost, and the order stays', async () => {
  const journal = new MemoryJournal();
  const dying = await startBroker({ journal, port: await freePort() });
  const { port } = dying.broker;
  const { publisher: sender, meter } = await publisher(port);
  sender.publish('box-1', samples(0, 500));
  await until('the first arrived', () => journal.readings.length === 500);
  // From now on the disk hangs: what is on its way is neither stored nor acknowledged.
  journal.hold();
  sender.publish('box-1', samples(500, 1_000));
  await until('some are at the door', () => dying.meter.of('hygate_readings_received_total') > 500);
  await dying.broker.stop();
  sender.publish('box-1', samples(1_500, 500));
  const bench = await start({ port });
  await until('the rest arrived', () => bench.journal.readings.length === 1_500);
  expect(numbersOf(bench)).toEqual(upTo(2_000).slice(500));
  expect(meter.of('hygate_readings_lost_total', 'queue-full')).toBe(0);
});

test('a connection that breaks again and again loses nothing and keeps each point’s order', async () => {
  const bench = await start();
  const proxy = await cuttableProxy(bench.broker.port);
  const { publisher: sender } = await publisher(proxy.port);
  for (let round = 0; round < 6; round++) {
    for (const one of samples(round * 2_000, 2_000)) {
      sender.publish('box-1', [one]);
      sender.publish('box-2', [one]);
    }
    const before = bench.journal.readings.length;
    await until('some arrived', () => bench.journal.readings.length > before);
    proxy.cut();
  }
  await until('all arrived', () => bench.journal.readings.length === 24_000);
  expect(numbersOf(bench)).toEqual(upTo(12_000));
  expect(numbersOf(bench, 'box-2.temp')).toEqual(upTo(12_000));
});

test.for([
  { cuts: 1, devices: ['box-1'] },
  { cuts: 2, devices: ['box-1'] },
  { cuts: 3, devices: ['box-1'] },
  { cuts: 2, devices: ['box-1', 'box-2'] },
  { cuts: 3, devices: ['box-1', 'box-2'] },
  { cuts: 4, devices: ['box-1', 'box-2'] },
  { cuts: 5, devices: ['box-1', 'box-2'] },
])(
  '$cuts connections end at the first message of $devices, and the order stays',
  async ({ cuts, devices }) => {
    const bench = await start();
    let left = cuts;
    const port = await refusingProxy(bench.broker.port, () => left-- > 0);
    const { publisher: sender } = await publisher(port, { clock: fastClock });
    for (const id of devices) sender.publish(id, samples(0, 600));
    await until('all arrived', () => bench.journal.readings.length === devices.length * 600);
    for (const id of devices) expect(numbersOf(bench, `${id}.temp`)).toEqual(upTo(600));
  },
);

test('a door that never acknowledges is left, and everything is sent again', async () => {
  const bench = await start();
  bench.journal.hold();
  const { publisher: sender } = await publisher(bench.broker.port, { clock: fastClock });
  sender.publish('box-1', samples(0, 100));
  const received = () => bench.meter.of('hygate_readings_received_total');
  await until('they were sent twice', () => received() >= 200);
  bench.journal.release();
  await until('all arrived', () => bench.journal.readings.length === 100);
  expect(numbersOf(bench)).toEqual(upTo(100));
});

test('when memory is full the oldest go, and each is counted', async () => {
  const first = await startBroker({ port: await freePort() });
  const { port } = first.broker;
  await first.broker.stop();
  const outages: Outage[] = [];
  const onOutage = (outage: Outage) => outages.push(outage);
  const { publisher: sender, meter } = await publisher(port, { capacity: 1_000, onOutage });
  for (const one of samples(0, 1_700)) sender.publish('box-1', [one]);
  const lost = meter.of('hygate_readings_lost_total', 'queue-full');
  expect(lost).toBeGreaterThanOrEqual(700);
  await until('the gap is told', () => outages.length > 0);
  const span = { from: sample(0).at, to: sample(lost).at };
  expect(outages).toEqual([{ cause: 'dropped', device: 'box-1', ...span, readings: lost }]);
  const bench = await start({ port });
  await until('the rest arrived', () => bench.journal.readings.length === 1_700 - lost);
  expect(numbersOf(bench)).toEqual(upTo(1_700).slice(lost));
});

test('a batch for which the door always closes is given up, counted, and holds nobody else up', async () => {
  const bench = await start();
  // Box 1 may not speak for box 2.
  const outages: Outage[] = [];
  const onOutage = (outage: Outage) => outages.push(outage);
  const { publisher: sender, meter } = await publisher(bench.broker.port, { ...loginOf('box-1'), onOutage });
  sender.publish('box-2', samples(0, 7));
  let sent = 0;
  await until('it is given up', () => {
    sender.publish('box-1', [sample(sent++)]);
    return meter.of('hygate_readings_lost_total', 'poison') > 0;
  });
  expect(meter.of('hygate_readings_lost_total', 'poison')).toBe(7);
  const span = { from: sample(0).at, to: sample(7).at };
  await until('the gap is told', () => outages.length > 0);
  expect(outages).toEqual([{ cause: 'dropped', device: 'box-2', ...span, readings: 7 }]);
  await until('all others arrived', () => bench.journal.readings.length === sent);
  expect(numbersOf(bench)).toEqual(upTo(sent));
});

test('a batch that always ends the connection does not hold up its own device for good', async () => {
  const bench = await start();
  const refused = String(sample(100).at);
  const port = await refusingProxy(bench.broker.port, (message) => message.includes(refused));
  const { publisher: sender, meter } = await publisher(port, { clock: fastClock });
  sender.publish('box-1', samples(0, 1_000));
  await until('the others arrived', () => bench.journal.readings.length === 800);
  expect(meter.of('hygate_readings_lost_total', 'poison')).toBe(200);
  expect(numbersOf(bench).toSorted((a, b) => a - b)).toEqual(upTo(1_000).slice(200));
});

test('a journal that cannot write makes no batch guilty', async () => {
  const bench = await start();
  bench.journal.failure = new Error('disk full');
  const { publisher: sender, meter } = await publisher(bench.broker.port, { clock: fastClock });
  for (const one of samples(0, 50)) {
    sender.publish('box-1', [one]);
    sender.publish('box-2', [one]);
  }
  const closed = () => bench.meter.of('hygate_connections_refused_total', 'journal-unwritable');
  await until('the door closed many times', () => closed() > 12);
  bench.journal.failure = undefined;
  await until('all arrived', () => bench.journal.readings.length === 100);
  expect(meter.of('hygate_readings_lost_total', 'poison')).toBe(0);
});

test('a password refused at first is tried again, and works once the gateway knows it', async () => {
  const stranger = device(
    'box-1',
    { temp: 'temperature' },
    { protocol: 'mqtt', user: 'box-1', password: 'old' },
  );
  const first = await startBroker({ devices: [stranger], port: await freePort() });
  const { port } = first.broker;
  const { publisher: sender } = await publisher(port, loginOf('box-1'));
  sender.publish('box-1', samples(0, 3));
  await until('it is refused', () => first.meter.of('hygate_connections_refused_total', 'login') > 0);
  await first.broker.stop();
  const bench = await start({ port, devices: [loggerDevice('box-1')] });
  await until('all arrived', () => bench.journal.readings.length === 3);
});

test('stop waits for what is on its way', async () => {
  const bench = await start();
  const { publisher: sender, meter } = await publisher(bench.broker.port, { drainWithin: 20_000 });
  sender.publish('box-1', samples(0, 5_000));
  await sender.stop();
  expect(bench.journal.readings).toHaveLength(5_000);
  sender.publish('box-1', [sample(5_000)]);
  expect(meter.of('hygate_readings_lost_total', 'stopped')).toBe(1);
});

test('what could not be brought when it stops is counted', async () => {
  const first = await startBroker({ port: await freePort() });
  await first.broker.stop();
  const outages: Outage[] = [];
  const onOutage = (outage: Outage) => outages.push(outage);
  const port = first.broker.port || 1;
  const { publisher: sender, meter } = await publisher(port, { drainWithin: 100, onOutage });
  sender.publish('box-1', samples(0, 42));
  sender.publish('box-2', samples(7, 1));
  await sender.stop();
  sender.publish('box-2', samples(8, 1));
  expect(meter.of('hygate_readings_lost_total', 'stopped')).toBe(44);
  const dropped = (device: string, from: number, readings: number) => ({
    ...{ cause: 'dropped', device, readings },
    ...{ from: sample(from).at, to: sample(from + readings).at },
  });
  expect(outages).toEqual([dropped('box-1', 0, 42), dropped('box-2', 7, 1), dropped('box-2', 8, 1)]);
});
