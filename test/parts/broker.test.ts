import { type EventEmitter, once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, expect, test } from 'vitest';
import type { AlarmEvent } from '#model/alarm';
import type { HygateError } from '#model/errors';
import { setAsideOf } from '#model/set-aside';
import { HOUR, realClock } from '#model/time';
import {
  type Bench,
  type Login,
  loggerDevice,
  loginOf,
  mosquittoPub,
  mosquittoSub,
  type Subscriber,
  startBroker,
} from '../kit/broker.ts';
import { without } from '../kit/peers.ts';
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

function subscribe(port: number, login: Login, ...filters: string[]): Subscriber {
  const subscriber = mosquittoSub(port, login, ...filters);
  cleanups.push(() => subscriber.child.kill('SIGKILL'));
  return subscriber;
}

/** mqtt.js types its events in a way that `once` does not know. */
const eventOf = (emitter: MqttClient, event: string) => once(emitter as unknown as EventEmitter, event);

/** An mqtt.js client that is connected and never reconnects. */
async function client(port: number, login: Login, options: object = {}): Promise<MqttClient> {
  const { user: username, password } = login;
  const made = connect(`mqtt://127.0.0.1:${port}`, { username, password, reconnectPeriod: 0, ...options });
  cleanups.push(() => made.end(true));
  made.on('error', () => {});
  await eventOf(made, 'connect');
  return made;
}

/** The bytes of an MQTT 3.1.1 CONNECT (clause 3.1) with user and password. */
function connectPacket({ user, password }: Login): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0, value.length]), Buffer.from(value)]);
  const head = Buffer.concat([text('MQTT'), Buffer.from([4, 0xc2, 0, 60])]);
  const body = Buffer.concat([head, text('raw'), text(user), text(password)]);
  return Buffer.concat([Buffer.from([0x10, body.length]), body]);
}

async function rawSocket(port: number): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1');
  cleanups.push(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const payload = (...readings: object[]) => JSON.stringify({ v: 1, readings });
/** Times of readings are counted back from here, so that no two fall together. */
const NOW = Date.now();
const temp = (value: unknown, at: unknown = NOW) => ({ point: 'temp', at, value });
const BOX = loginOf('box-1');
const READER = loginOf('reader');
const IN = 'hygate/ward/in/box-1';
const send = (port: number, text: string, topic = IN) =>
  mosquittoPub(port, BOX, '-q', '1', '-t', topic, '-m', text);

/** Publishes, and resolves when the broker has closed the connection; fails when it acknowledged. */
async function cutOff(sender: MqttClient, topic: string, message: string | Buffer): Promise<void> {
  const gone = new Promise<void>((resolve) => sender.once('close', () => resolve()));
  let acknowledged = false;
  sender.publish(topic, message, { qos: 1 }, (error) => {
    acknowledged = !error;
  });
  await gone;
  expect(acknowledged).toBe(false);
}

const valuesOf = ({ journal }: Bench, point = 'box-1.temp') =>
  journal.readings.filter((reading) => reading.point === point).map(({ value }) => value);

test.skipIf(without('mosquittoPub'))(
  'what a logger publishes is in the journal when mosquitto_pub has its acknowledgement',
  async () => {
    const { broker, journal } = await start();
    const at = NOW;
    expect(await send(broker.port, payload(temp(4.5, at)))).toBe(0);
    expect(journal.readings).toEqual([
      { point: 'box-1.temp', at, value: 4.5, quality: 'good', reason: null },
    ]);
  },
);

test('QoS 0 and QoS 2 readings, and retained ones, are journaled too, and none is retained', async () => {
  const bench = await start();
  for (const qos of ['0', '2']) {
    const text = payload(temp(Number(qos), NOW - Number(qos)));
    await mosquittoPub(bench.broker.port, BOX, '-r', '-q', qos, '-t', IN, '-m', text);
  }
  await until('both are journaled', () => valuesOf(bench).length === 2);
  const reader = subscribe(bench.broker.port, READER, 'hygate/ward/in/#', 'hygate/ward/now/box-1/#');
  await until('the live value comes', () => reader.lines.length > 0);
  expect(reader.lines.filter((line) => line.includes('/in/'))).toEqual([]);
});

test('a message is acknowledged when the journal has it, and not before', async () => {
  const bench = await start();
  bench.journal.hold();
  const logger = await client(bench.broker.port, BOX);
  const order: string[] = [];
  const acknowledged = logger.publishAsync(IN, payload(temp(1)), { qos: 1 }).then(() => order.push('puback'));
  // A round trip behind the publish: had it been acknowledged at once, the PUBACK would have come first.
  await logger.subscribeAsync('hygate/ward/status').then(() => order.push('suback'));
  order.push('released');
  bench.journal.release();
  await acknowledged;
  expect(order).toEqual(['suback', 'released', 'puback']);
  expect(valuesOf(bench)).toEqual([1]);
});

test('what the journal cannot write is not acknowledged, and comes when the sender tries again', async () => {
  const bench = await start();
  bench.journal.failure = new Error('disk full');
  const logger = await client(bench.broker.port, BOX);
  await cutOff(logger, IN, payload(temp(1)));
  expect(bench.meter.of('hygate_connections_refused_total', 'journal-unwritable')).toBe(1);
  bench.journal.failure = undefined;
  expect(await send(bench.broker.port, payload(temp(1)))).toBe(0);
  expect(valuesOf(bench)).toEqual([1]);
});

test.each([
  ['a wrong password', { user: 'box-1', password: 'box-2-secret' }],
  ['an unknown user', { user: 'box-9', password: 'box-9-secret' }],
])('mosquitto_pub with %s is refused and stores nothing', async (_what, login) => {
  const { broker, journal, meter } = await start();
  const args = ['-q', '1', '-t', IN, '-m', payload(temp(1))];
  expect(await mosquittoPub(broker.port, login, ...args)).not.toBe(0);
  expect(journal.readings).toEqual([]);
  await until('it is counted', () => meter.of('hygate_connections_refused_total', 'login') === 1);
});

test('a client without a name is refused', async () => {
  const { broker, meter } = await start();
  const nobody = connect(`mqtt://127.0.0.1:${broker.port}`, { reconnectPeriod: 0 });
  const [error] = await eventOf(nobody, 'error');
  expect(error.message).toMatch(/bad username or password/i);
  nobody.end(true);
  await until('it is counted', () => meter.of('hygate_connections_refused_total', 'login') === 1);
});

test('an MQTT 5 client is told that its version is not spoken here', async () => {
  const { broker } = await start();
  const modern = connect(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 5, reconnectPeriod: 0 });
  const [error] = await eventOf(modern, 'error');
  expect(error.message).toMatch(/unacceptable protocol version/i);
  modern.end(true);
});

test.each([
  ['another one’s readings', 'hygate/ward/in/box-2', 'not-yours'],
  ['a live value', 'hygate/ward/now/box-1/temp', 'bad-topic'],
  ['the status', 'hygate/ward/status', 'bad-topic'],
  ['another site’s topic', 'hygate/theatre/in/box-1', 'bad-topic'],
])('a logger that publishes %s is cut off', async (_what, topic, reason) => {
  const { broker, journal, meter } = await start();
  const logger = await client(broker.port, BOX);
  await cutOff(logger, topic, payload(temp(1)));
  expect(journal.readings).toEqual([]);
  expect(meter.of('hygate_connections_refused_total', reason)).toBe(1);
  expect(meter.of('hygate_messages_refused_total', reason)).toBe(1);
  expect(journal.recorded).toMatchObject([{ type: 'payload-refused', by: 'box-1', data: { topic, reason } }]);
});

test('a last will obeys the same rights: allowed ones become readings, others keep the client out', async () => {
  const bench = await start();
  const { broker, journal, meter } = bench;
  const will = { topic: IN, payload: Buffer.from(payload(temp(7))), qos: 1 as const, retain: true };
  const dying = await client(broker.port, BOX, { will });
  dying.stream.destroy();
  await until('the will is a reading', () => valuesOf(bench).includes(7));

  const forged = { ...will, topic: 'hygate/ward/status', payload: Buffer.from('{"state":"offline"}') };
  await expect(client(broker.port, BOX, { will: forged })).rejects.toThrow(/not authorized/i);
  await until('it is counted', () => meter.of('hygate_connections_refused_total', 'will') === 1);
  expect(journal.readings).toHaveLength(1);
});

test('wildcards do not widen what a reader may see, and a logger sees the status only', async () => {
  const { broker, meter } = await start();
  const granted = async (login: Login, ...filters: string[]) => {
    const one = await client(broker.port, login);
    const all = filters.map((filter) =>
      one.subscribeAsync(filter, { qos: 0 }).then(
        () => true,
        () => false,
      ),
    );
    return Promise.all(all);
  };
  const filters = [
    'hygate/ward/now/#',
    'hygate/ward/alarm/+',
    'hygate/ward/status',
    'hygate/ward/#',
    '#',
    '$SYS/#',
  ];
  expect(await granted(READER, ...filters)).toEqual([true, true, true, false, false, false]);
  expect(await granted(BOX, ...filters)).toEqual([false, false, true, false, false, false]);
  expect(meter.of('hygate_subscriptions_refused_total')).toBe(8);
});

const WRONG: readonly (readonly [what: string, text: string, reason: string])[] = [
  ['not JSON', 'hello', 'not-json'],
  ['of a wrong version', '{"v":2,"readings":[]}', 'wrong-version'],
  ['with NaN', `{"v":1,"readings":[{"point":"temp","at":${NOW},"value":NaN}]}`, 'not-json'],
  ['with strings for numbers', payload(temp('4.2')), 'not-a-number'],
  ['of an unknown point', payload({ ...temp(4), point: 'pressure' }), 'unknown-point'],
];

test.each(WRONG)(
  'a payload %s is acknowledged, refused and counted; others lose nothing',
  async (_what, text, reason) => {
    const bench = await start();
    const { broker, journal, meter } = bench;
    const other = await client(broker.port, loginOf('box-2'));
    const logger = await client(broker.port, BOX);
    for (let n = 0; n < 5; n++) {
      const theirs = other.publishAsync('hygate/ward/in/box-2', payload(temp(n, NOW - n)), { qos: 1 });
      await Promise.all([theirs, logger.publishAsync(IN, text, { qos: 1 })]);
    }
    expect(valuesOf(bench, 'box-2.temp')).toEqual([0, 1, 2, 3, 4]);
    expect(valuesOf(bench)).toEqual([]);
    const whole = meter.of('hygate_messages_refused_total', reason);
    expect(whole + meter.of('hygate_readings_refused_total', reason)).toBe(5);
    // Five refusals within a minute are one record.
    const data = { topic: IN, reason, messages: 1, payload: text };
    expect(journal.recorded).toMatchObject([{ type: 'payload-refused', by: 'box-1', data }]);
  },
);

test.each([
  ['of 1970', 86_400_000, 'time-past'],
  ['of next year', NOW + 365 * 24 * HOUR, 'time-future'],
])('a reading %s is kept whole in the journal before it is acknowledged', async (_what, at, why) => {
  const bench = await start();
  expect(await send(bench.broker.port, payload(temp(1), temp(4, at)))).toBe(0);
  expect(valuesOf(bench)).toEqual([1]);
  expect(bench.meter.of('hygate_readings_set_aside_total', why)).toBe(1);
  const kept = [{ point: 'box-1.temp', at, value: 4, quality: 'uncertain', reason: 'clock' }];
  expect(bench.journal.recorded).toMatchObject([{ type: 'readings-set-aside', by: 'box-1', data: { why } }]);
  expect(bench.journal.recorded.map((event) => setAsideOf(event))).toEqual([{ why, readings: kept }]);
});

test('a reading that cannot be kept is not acknowledged', async () => {
  const bench = await start();
  bench.journal.failure = new Error('the disk is full');
  const logger = await client(bench.broker.port, BOX);
  await cutOff(logger, IN, Buffer.from(payload(temp(4, 86_400_000))));
  expect(bench.journal.recorded).toEqual([]);
});

test('a device that tells its clock is measured by it, and the journal is told when it is off', async () => {
  const bench = await start();
  const logger = await client(bench.broker.port, BOX);
  const shown = (value: number) => Date.now() - 7 * 60_000 + value;
  const say = (value: number) => {
    const now = shown(value);
    const message = { v: 1, now, readings: [temp(value, now)] };
    return logger.publishAsync(IN, JSON.stringify(message), { qos: 1 });
  };
  await say(1);
  await say(2);
  await say(3);
  expect(bench.journal.readings.map(({ quality }) => quality)).toEqual(['good', 'good', 'good']);
  expect(bench.journal.recorded).toMatchObject([
    { type: 'device-clock-off', data: { device: 'box-1', before: 0 } },
  ]);
  const offset = Number(bench.journal.recorded[0]?.data['offset']);
  expect(Math.abs(offset - 7 * 60_000)).toBeLessThan(60_000);
});

test('one wrong reading does not harm its neighbours in the message', async () => {
  const bench = await start();
  expect(await send(bench.broker.port, payload(temp(1, NOW - 2), temp('x'), temp(3)))).toBe(0);
  expect(valuesOf(bench)).toEqual([1, 3]);
  expect(bench.meter.of('hygate_readings_received_total')).toBe(3);
});

test.each([
  ['just above the limit', 262_145],
  ['of 1 MB', 1_048_576],
])('a payload %s ends the connection, and others lose nothing', async (_what, bytes) => {
  const bench = await start();
  const other = await client(bench.broker.port, loginOf('box-2'));
  const logger = await client(bench.broker.port, BOX);
  const gone = cutOff(logger, IN, Buffer.alloc(bytes, 0x20));
  await other.publishAsync('hygate/ward/in/box-2', payload(temp(1)), { qos: 1 });
  await gone;
  await other.publishAsync('hygate/ward/in/box-2', payload(temp(2, NOW - 1)), { qos: 1 });
  expect(valuesOf(bench, 'box-2.temp')).toEqual([1, 2]);
  expect(bench.meter.of('hygate_connections_refused_total', 'too-large')).toBe(1);
});

test('a packet that only says that it will be 200 MB long is refused at once', async () => {
  const { broker, meter } = await start();
  const socket = await rawSocket(broker.port);
  socket.write(connectPacket(BOX));
  await once(socket, 'data');
  const gone = once(socket, 'close');
  socket.write(Buffer.from([0x32, 0x80, 0x80, 0xc0, 0x60]));
  await gone;
  expect(meter.of('hygate_connections_refused_total', 'too-large')).toBe(1);
});

test('bytes that are not MQTT end their connection only', async () => {
  const bench = await start();
  const socket = await rawSocket(bench.broker.port);
  const gone = once(socket, 'close');
  socket.end('GET / HTTP/1.1\r\nHost: gateway\r\n\r\n');
  await gone;
  expect(await send(bench.broker.port, payload(temp(1)))).toBe(0);
});

test.skipIf(without('mosquittoSub'))(
  'a frozen subscriber is cut off, and neither loggers nor other subscribers wait for it',
  async () => {
    const bench = await start();
    const { broker, meter } = bench;
    const healthy = subscribe(broker.port, READER, 'hygate/ward/alarm/#');
    const frozen = subscribe(broker.port, READER, 'hygate/ward/alarm/#');
    broker.publishAlarm(alarmEvent('first', 'unacknowledged'));
    await until('both were told', () => healthy.lines.length > 0 && frozen.lines.length > 0);
    frozen.child.kill('SIGSTOP');
    const noise = 'x'.repeat(60_000);
    // The kernel's buffers and ours are filled until the frozen one is cut off.
    for (let n = 0; meter.of('hygate_connections_refused_total', 'slow-reader') === 0; n++) {
      broker.publishAlarm(alarmEvent(`a${n}`, 'unacknowledged', noise));
      expect(await send(broker.port, payload(temp(n % 50, NOW - n)))).toBe(0);
    }
    broker.publishAlarm(alarmEvent('last', 'unacknowledged'));
    await until('the healthy one is told', () => healthy.lines.at(-1)?.includes('alarm/last'));
    frozen.child.kill('SIGCONT');
  },
);

const alarmEvent = (id: string, state: 'unacknowledged' | 'normal', comment = ''): AlarmEvent => ({
  type: state === 'normal' ? 'cleared' : 'raised',
  at: 1,
  by: null,
  comment,
  alarm: { id, state } as AlarmEvent['alarm'],
});

test('an alarm is retained while it lasts; then its last state is told, and its topic cleared', async () => {
  const { broker } = await start();
  broker.publishAlarm(alarmEvent('a1', 'unacknowledged'));
  const first = subscribe(broker.port, READER, 'hygate/ward/alarm/#', 'hygate/ward/status');
  await until('it is retained', () => first.lines.some((line) => line.startsWith('hygate/ward/alarm/a1 1 ')));
  broker.publishAlarm(alarmEvent('a1', 'normal'));
  await until('it is cleared', () => first.lines.at(-1) === 'hygate/ward/alarm/a1 0 ');
  expect(first.lines.at(-2)).toContain('"state":"normal"');
  const second = subscribe(broker.port, READER, 'hygate/ward/alarm/#', 'hygate/ward/status');
  await until('the second listens', () => second.lines.some((line) => line.includes('status')));
  expect(second.lines.filter((line) => line.includes('alarm'))).toEqual([]);
});

test('live values: the newest to who comes, changes to who listens', async () => {
  const bench = await start();
  const logger = await client(bench.broker.port, BOX);
  await logger.publishAsync(IN, payload(temp(1, NOW - 5_000)), { qos: 1 });
  await logger.publishAsync(IN, payload({ ...temp(null), q: 'bad', why: 'sensor-fault' }), { qos: 1 });
  const reader = subscribe(bench.broker.port, READER, 'hygate/ward/now/+/temp');
  await until('the newest is there', () => reader.lines.length === 1);
  expect(reader.lines[0]).toMatch(
    /^hygate\/ward\/now\/box-1\/temp 1 .*"value":null,"q":"bad","why":"sensor-fault","unit":"Cel"/,
  );
  const tell = (value: number) => logger.publishAsync(IN, payload(temp(value, NOW + value)), { qos: 1 });
  await tell(20);
  await until('the change is told', () => reader.lines.at(-1)?.includes('"value":20'));
  await tell(21);
  await until('the next is told', () => reader.lines.at(-1)?.includes('"value":21'));
});

test('two boxes of one make with the same client id do not throw each other out', async () => {
  const { broker } = await start();
  const one = await client(broker.port, BOX, { clientId: 'logger' });
  const two = await client(broker.port, loginOf('box-2'), { clientId: 'logger' });
  await two.publishAsync('hygate/ward/in/box-2', payload(temp(1)), { qos: 1 });
  await one.publishAsync(IN, payload(temp(1)), { qos: 1 });
  expect(one.connected && two.connected).toBe(true);
});

test('no session is kept for a client that asks for one, and it is told so', async () => {
  const { broker } = await start();
  const first = await client(broker.port, READER, { clean: false, clientId: 'panel' });
  await first.subscribeAsync('hygate/ward/alarm/#', { qos: 1 });
  first.end(true);
  broker.publishAlarm(alarmEvent('missed', 'normal'));
  const { user: username, password } = READER;
  const options = { username, password, clean: false, clientId: 'panel', reconnectPeriod: 0 };
  const again = connect(`mqtt://127.0.0.1:${broker.port}`, options);
  const [connack] = await eventOf(again, 'connect');
  expect(connack.sessionPresent).toBe(false);
  again.end(true);
});

test('a reader holds a hundred filters and no more; one that it gives up makes room', async () => {
  const { broker, meter } = await start();
  const reader = await client(broker.port, READER);
  const ask = (n: number) =>
    reader.subscribeAsync(`hygate/ward/now/box-1/p${n}`, { qos: 0 }).then(
      () => true,
      () => false,
    );
  const all = await Promise.all(Array.from({ length: 101 }, (_, n) => ask(n)));
  expect(all.filter((granted) => granted)).toHaveLength(100);
  expect(meter.of('hygate_subscriptions_refused_total')).toBe(1);
  expect(await ask(0)).toBe(true);
  expect(await ask(100)).toBe(false);
  await reader.unsubscribeAsync('hygate/ward/now/box-1/p0');
  expect(await ask(100)).toBe(true);
});

test('what a logger asks to be retained is not kept a second time in memory', async () => {
  const boxes = Array.from({ length: 100 }, (_, n) => `box-${n}`);
  const bench = await start({ devices: boxes.map(loggerDevice) });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept = () => {
    collect();
    return process.memoryUsage().arrayBuffers;
  };
  const sender = await client(bench.broker.port, loginOf('collector'));
  const large = Buffer.concat([Buffer.from(payload(temp(1))), Buffer.alloc(250_000, 0x20)]);
  const send = async (id: string) =>
    void (await sender.publishAsync(`hygate/ward/in/${id}`, large, { qos: 1, retain: true }));
  await send('box-0');
  const before = kept();
  for (const id of boxes) await send(id);
  // 25 MB were sent.
  await until('their bytes are let go of', () => kept() - before < 5_000_000);
});

test('strangers of one address that do not log in are limited', async () => {
  const { broker, meter } = await start();
  await Promise.all(Array.from({ length: 60 }, () => rawSocket(broker.port)));
  await until('ten are turned away', () => meter.of('hygate_connections_refused_total', 'crowd') === 10);
});

test('a gateway whose clock was never set lets nobody in', async () => {
  const { broker, meter } = await start({ clock: { ...realClock, wall: () => 1_000 } });
  await expect(client(broker.port, BOX)).rejects.toThrow(/server unavailable/i);
  await until('it is counted', () => meter.of('hygate_connections_refused_total', 'clock') === 1);
});

test('a client has only so much at the door at a time, however much it sends, and loses none of it', async () => {
  const bench = await start();
  bench.journal.hold();
  const box = await client(bench.broker.port, BOX);
  let acknowledged = 0;
  const readings = (n: number) => Array.from({ length: 50 }, (_, i) => temp(1, NOW - n * 100 - i));
  const sent = Array.from({ length: 400 }, (_, n) =>
    box.publishAsync(IN, payload(...readings(n)), { qos: 1 }).then(() => acknowledged++),
  );
  const received = () => bench.meter.of('hygate_readings_received_total');
  await until('some are at the door', () => received() > 0);
  // Round trips of another client: time enough for the broker to read on.
  const other = await client(bench.broker.port, loginOf('box-2'));
  const roundTrips = async () => {
    for (let n = 0; n < 20; n++) {
      await other.publishAsync('hygate/ward/in/box-2', '{"v":1,"readings":[]}', { qos: 1 });
    }
  };
  await roundTrips();
  expect(acknowledged).toBe(0);
  // What was read first is stored; the disk hangs again before what has come meanwhile.
  // One read ahead and one chunk of the socket: 192 KiB, at 47 bytes a reading in messages of 50.
  const most = 4_300;
  const first = received();
  expect(first).toBeLessThan(most);
  bench.journal.release();
  bench.journal.hold();
  await until('the broker reads on', () => received() > first);
  await roundTrips();
  expect(received() - first).toBeLessThan(most);
  bench.journal.release();
  await Promise.all(sent);
  expect(acknowledged).toBe(400);
});

test('the status is online while it serves and offline when it stopped', async () => {
  const bench = await startBroker();
  const reader = subscribe(bench.broker.port, READER, 'hygate/ward/status');
  await until('online', () => reader.lines[0]?.includes('"state":"online"'));
  await bench.broker.stop();
  await until('offline', () => reader.lines[1]?.includes('"state":"offline"'));
});

test('the newest signed root is retained, also when it was made before the broker served', async () => {
  const root = JSON.stringify({ seq: 1 });
  const bench = await startBroker({ before: (broker) => broker.publishRoot({ seq: 1 }) });
  const reader = subscribe(bench.broker.port, READER, 'hygate/ward/signed-root');
  await until('the first', () => reader.lines[0]?.includes(root));
  bench.broker.publishRoot({ seq: 2 });
  await until('the next', () => reader.lines[1]?.includes('{"seq":2}'));
  const later = subscribe(bench.broker.port, READER, 'hygate/ward/signed-root');
  await until('the newest', () => later.lines[0]?.includes('{"seq":2}'));
});

test('a port in use is said in one sentence', async () => {
  const { broker } = await start();
  const second = startBroker({ port: broker.port });
  await expect(second).rejects.toMatchObject({ code: 'port-in-use' } satisfies Partial<HygateError>);
  await expect(second).rejects.toThrow(`127.0.0.1:${broker.port}`);
});
