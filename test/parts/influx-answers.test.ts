import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InfluxTarget } from '#model/site';
import { lineEncoder } from '../../gateway/forward/influx/line.ts';
import { InfluxJournal } from '../kit/influx-journal.ts';
import { answers, type InfluxTestServer, startInfluxServer } from '../kit/influx-server.ts';
import { influxReadings, influxSite } from '../kit/influx-site.ts';

const patient = { timeout: 20_000, interval: 10 };
const START = 1_795_000_000_000;

let dir: string;
let server: InfluxTestServer;
let journal: InfluxJournal;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-influx-'));
  server = await startInfluxServer();
  journal = new InfluxJournal();
});

afterEach(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

const target = (more: Partial<InfluxTarget> = {}): InfluxTarget => ({
  url: server.url,
  api: { version: 'v2', org: 'hos pital', bucket: 'hygate/1', token: 'secret-token' },
  batch: 1000,
  timeout: 5000,
  ...more,
});

const start = (more: Partial<InfluxTarget> = {}) => journal.forward(target(more), influxSite, dir);
const allDone = () => vi.waitFor(() => expect(journal.done).toBe(true), patient);
const linesOf = (readings: ReturnType<typeof influxReadings>) => readings.map(lineEncoder(influxSite));
const count = (name: string) => journal.counts.get(name) ?? 0;

test('a batch is one POST to the v2 address with the token, organisation, bucket and precision', async () => {
  const readings = influxReadings(600, START);
  journal.append(readings);
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  expect(server.seen).toEqual([
    {
      method: 'POST',
      path: '/api/v2/write?org=hos+pital&bucket=hygate%2F1&precision=ns',
      authorization: 'Token secret-token',
      encoding: '',
      lines: linesOf(readings),
    },
  ]);
});

test('to another machine a batch is gzipped', async () => {
  const readings = influxReadings(600, START);
  journal.append(readings);
  // Loopback under a name that does not look like it.
  const forwarder = start({ url: server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]') });
  await allDone();
  await forwarder.stop();
  expect(server.seen).toMatchObject([{ encoding: 'gzip', lines: linesOf(readings) }]);
});

test('rows are gathered up to the batch, and the cursor moves only after the answer', async () => {
  const held = Promise.withResolvers<void>();
  server.script.push((response) => void held.promise.then(() => response.writeHead(204).end()));
  for (let row = 0; row < 12; row += 1) journal.append(influxReadings(250, START + row * 1000));
  const forwarder = start();
  await vi.waitFor(() => expect(server.seen).toHaveLength(1), patient);
  expect(journal.accepted).toBe(0);
  const behind = () => count('hygate_forward_behind_seconds journal');
  await vi.waitFor(() => expect(behind()).toBeGreaterThan(0), patient);
  held.resolve();
  await allDone();
  await vi.waitFor(() => expect(behind()).toBe(0), patient);
  await forwarder.stop();
  expect(server.seen.map(({ lines }) => lines.length)).toEqual([1000, 1000, 1000]);
  // A server that answered may yet die with it: the cursor follows later.
  expect(journal.cursors).toEqual([]);
});

test.each([
  [429, 'rate-limited'],
  [503, 'unavailable'],
  [500, 'server-error'],
] as const)('%d is tried again with the same lines', async (status, reason) => {
  server.script.push(answers(status, { 'retry-after': '0' }));
  journal.append(influxReadings(3, START));
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  expect(server.seen).toHaveLength(2);
  expect(server.seen[1]?.lines).toEqual(server.seen[0]?.lines);
  expect(count(`hygate_forward_retries_total ${reason}`)).toBe(1);
});

test('Retry-After of a second is waited for', async () => {
  server.script.push(answers(429, { 'retry-after': '1' }));
  journal.append(influxReadings(3, START));
  const begun = performance.now();
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  // A timer may fire a millisecond early.
  expect(performance.now() - begun).toBeGreaterThan(990);
});

test.each([
  [401, '{"code":"unauthorized","message":"unauthorized access"}', 'unauthorized'],
  [403, '{"code":"forbidden","message":"insufficient permissions"}', 'forbidden'],
  [404, '{"code":"not found","message":"bucket not found"}', 'not-found'],
  [200, '<html>log in</html>', 'not-influx'],
] as const)('%d pauses, keeps the readings and says so', async (status, body, reason) => {
  server.script.push(answers(status, { 'content-type': 'text/html' }, body));
  journal.append(influxReadings(3, START));
  const forwarder = start();
  await vi.waitFor(() => expect(count(`hygate_forward_paused ${reason} journal`)).toBe(1), patient);
  expect(journal.accepted).toBe(0);
  await allDone();
  await forwarder.stop();
  expect(count(`hygate_forward_paused ${reason} journal`)).toBe(0);
  expect(server.seen.at(-1)?.lines).toHaveLength(3);
});

test('413 halves the requests, and every line arrives', async () => {
  const tooLarge = answers(413);
  const readings = influxReadings(1000, START);
  server.script.push(...[1000, 500].map(() => tooLarge));
  journal.append(readings);
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  expect(server.seen.map(({ lines }) => lines.length)).toEqual([1000, 500, 250, 250, 500]);
  expect(server.seen.slice(2).flatMap(({ lines }) => lines)).toEqual(linesOf(readings));
});

test.each([
  ['never answers', () => undefined],
  [
    'answers drop by drop',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const dripping = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(dripping));
    },
  ],
])(
  'a server that %s is given up at the deadline, its socket destroyed, and tried again',
  async (_what, react) => {
    const first = new Set<unknown>();
    server.script.push((response) => {
      for (const socket of server.sockets) first.add(socket);
      react(response);
    });
    journal.append(influxReadings(3, START));
    // Longer than this process may stand still: the second try is answered in time.
    const forwarder = start({ timeout: 2_000 });
    await allDone();
    expect(count('hygate_forward_retries_total timeout')).toBe(1);
    await vi.waitFor(
      () => expect([...server.sockets].some((socket) => first.has(socket))).toBe(false),
      patient,
    );
    await forwarder.stop();
    await vi.waitFor(() => expect(server.sockets.size).toBe(0), patient);
  },
);

test('a connection that is cut, and a server that is not there, are tried again until it is', async () => {
  server.script.push((response) => response.destroy());
  journal.append(influxReadings(3, START));
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  expect(count('hygate_forward_retries_total network')).toBe(1);
});

test('a forwarder that is killed in the middle of a batch sends it again after its next start', async () => {
  server.script.push(() => undefined);
  for (let row = 0; row < 3; row += 1) journal.append(influxReadings(1000, START + row * 1000));
  const first = start();
  await vi.waitFor(() => expect(server.seen).toHaveLength(1), patient);
  await first.stop();
  expect([journal.accepted, journal.cursors]).toEqual([0, []]);
  const second = start();
  await allDone();
  await second.stop();
  expect(server.seen[1]?.lines).toEqual(server.seen[0]?.lines);
  expect(server.seen.slice(1).flatMap(({ lines }) => lines)).toHaveLength(3000);
});

test('readings of a device that left the site file are counted and hold up nothing', async () => {
  const [reading] = influxReadings(1, START);
  if (reading === undefined) throw new Error('no reading');
  journal.append([{ ...reading, point: 'gone.temp' }, reading]);
  const forwarder = start();
  await allDone();
  await forwarder.stop();
  expect(server.seen.flatMap(({ lines }) => lines)).toHaveLength(1);
  expect(count('hygate_forward_rejected_total unknown-point')).toBe(1);
});

test.each([
  ['a server that was started anew without a request to notice it', () => [...server.sockets], ''],
  ['a server that announces the end of each connection', () => [], 'close'],
])('%s: what had not settled is sent again only when it may be lost', async (_what, sockets, connection) => {
  server.script.push((response) => response.writeHead(204, connection === '' ? {} : { connection }).end());
  const readings = influxReadings(10, START);
  journal.append(readings.slice(0, 5));
  const forwarder = start();
  await allDone();
  for (const socket of sockets()) socket.destroy();
  journal.append(readings.slice(5));
  await allDone();
  await forwarder.stop();
  const again = connection === '' ? linesOf(readings) : [];
  expect(server.seen.flatMap(({ lines }) => lines)).toEqual([...linesOf(readings), ...again]);
});
