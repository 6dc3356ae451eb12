import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LedgerHour } from '#model/journal';
import type { Reading } from '#model/reading';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { vitalsEvent } from '#model/vitals';
import {
  ApiClient,
  administrator,
  goodReading,
  openAlarm,
  startGateway,
  type TestGateway,
} from '../kit/api-gateway.ts';
import { apiSite, POINT } from '../kit/api-site.ts';

let gateway: TestGateway;
let admin: ApiClient;
const start = Date.UTC(2026, 2, 1);
const bad: Reading = {
  point: POINT,
  at: start + 90 * SECOND,
  value: null,
  quality: 'bad',
  reason: 'comm-timeout',
};

beforeAll(async () => {
  gateway = await startGateway();
  admin = await administrator(gateway);
  const minutes = Array.from({ length: 60 }, (_, minute) => goodReading(minute, start + minute * MINUTE));
  await gateway.journal.append([...minutes, bad]);
  gateway.journal.gaps = [
    { point: POINT, from: start - HOUR, to: start, missing: 360, cause: 'gateway-died' },
  ];
});
afterAll(() => gateway.stop());

const readings = (query: string) => admin.call(`/api/v1/readings?point=${POINT}&${query}`);

test('the site is told with units, limits and their basis, and without links or secrets', async () => {
  gateway.devices.set({
    device: 'fridge-2',
    up: false,
    why: 'connection refused',
    since: start,
    roundTrip: null,
  });
  const { status, body } = await admin.call('/api/v1/site');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    id: 'hz-second',
    areas: apiSite.areas,
    states: [{ device: 'fridge-2', up: false, why: 'connection refused', since: start, roundTrip: null }],
  });
  const point = {
    id: POINT,
    unit: 'Cel',
    symbol: '°C',
    every: 10_000,
    rules: apiSite.devices[0]?.points[0]?.rules,
  };
  expect(body).toMatchObject({
    devices: expect.arrayContaining([expect.objectContaining({ id: 'fridge-1', protocol: 'mqtt' })]),
  });
  expect(JSON.stringify(body)).not.toContain('never-to-be-shown');
  const devices = (body as { devices: { points: unknown[] }[] }).devices;
  expect(devices[0]?.points[0]).toMatchObject(point);
});

test('now are the newest readings, bad ones as they are', async () => {
  gateway.live.set(goodReading(4.2, start), { ...bad, point: 'fridge-1.lower-temp' });
  const { body } = await admin.call('/api/v1/now');
  expect(body).toEqual({
    now: expect.any(Number),
    readings: [goodReading(4.2, start), { ...bad, point: 'fridge-1.lower-temp' }],
  });
});

describe('readings', () => {
  test('come in order, with bad ones, page by page', async () => {
    const first = await readings(`from=${start}&to=${start + HOUR}&limit=3`);
    const next = start + 2 * MINUTE;
    expect(first.body).toMatchObject({
      unit: 'Cel',
      readings: [goodReading(0, start), goodReading(1, start + MINUTE), bad],
      next,
    });
    const rest = await readings(`from=${next}&to=${start + HOUR}`);
    expect(rest.body).toMatchObject({ next: null });
    expect((rest.body as { readings: unknown[] }).readings).toHaveLength(58);
  });

  test('are found by RFC 3339 with any offset as by milliseconds', async () => {
    const byText = await readings('from=2026-03-01T08:00:00%2B08:00&to=2026-03-01T00:02:00Z');
    const byNumber = await readings(`from=${start}&to=${start + 2 * MINUTE}`);
    expect(byText.body).toEqual(byNumber.body);
    expect(byText.status).toBe(200);
  });

  test('are summed up in buckets, where bad ones count but do not weigh', async () => {
    const { body } = await readings(`from=${start}&to=${start + HOUR}&every=30m`);
    expect(body).toMatchObject({
      every: 30 * MINUTE,
      buckets: [
        { from: start, count: 31, bad: 1, min: 0, mean: 14.5, max: 29 },
        { from: start + 30 * MINUTE, count: 30, bad: 0, min: 30, mean: 44.5, max: 59 },
      ],
    });
    const max = await readings(`from=${start}&to=${start + HOUR}&every=30m&fn=max`);
    expect((max.body as { buckets: unknown }).buckets).toEqual([
      { from: start, max: 29 },
      { from: start + 30 * MINUTE, max: 59 },
    ]);
  });

  test.each([
    ['a time without an offset', 'from=2026-03-01T08:00:00'],
    ['a word for a time', 'from=yesterday'],
    ['a negative time', 'from=-5'],
    ['a time beyond all times', 'to=99999999999999999999'],
    ['a span that ends before it begins', `from=${start}&to=${start - 1}`],
    ['an empty span', `from=${start}&to=${start}`],
    ['buckets of no length', 'every=0'],
    ['buckets of a wrong length', 'every=often'],
    ['too many buckets', `from=${start}&to=${start + HOUR}&every=1ms`],
    ['an unknown function', 'every=1h&fn=median'],
    ['a function without buckets', 'fn=max'],
    ['too high a limit', 'limit=10001'],
    ['no limit', 'limit=0'],
    ['an unknown parameter', 'form=1'],
  ])('with %s are a problem in words', async (_what, query) => {
    const answer = await readings(query);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid', retry: false } });
    expect(answer.type).toContain('application/problem+json');
    expect((answer.body as { detail: string }).detail.length).toBeGreaterThan(10);
  });

  test('of an unknown point are not found', async () => {
    expect(await admin.call('/api/v1/readings?point=fridge-9.temp')).toMatchObject({
      status: 404,
      body: { code: 'point-unknown' },
    });
    expect(await admin.call('/api/v1/readings')).toMatchObject({
      status: 400,
      body: { code: 'request-invalid' },
    });
  });
});

test('the ledger is told by the hour with its totals, widened to whole hours', async () => {
  const hour = Math.floor(start / HOUR) * HOUR;
  const row = (from: number, missing: LedgerHour['missing']): LedgerHour => {
    const gone = Object.values(missing).reduce((sum, count) => sum + count, 0);
    return { from, expected: 360, stored: 360 - gone, bad: 2, extra: 1, missing };
  };
  const hours = [
    row(hour - HOUR, { 'power-lost': 20, silent: 1 }),
    row(hour, { 'power-lost': 6, 'device-offline': 4 }),
  ];
  gateway.journal.ledger = { hours, gaps: [], unbalanced: [] };
  const asked = `/api/v1/ledger?point=${POINT}&from=${hour - HOUR + 5}&to=${hour + 7}`;
  const { status, body } = await admin.call(asked);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ from: hour - HOUR, to: hour + HOUR, hours, unbalanced: [] },
    totals: {
      ...{ expected: 720, stored: 689, bad: 4, extra: 2 },
      missing: { 'power-lost': 26, 'device-offline': 4, silent: 1 },
    },
  });
  expect(await admin.call('/api/v1/ledger?point=no.such')).toMatchObject({ status: 404 });
  const stranger = new ApiClient(gateway.url);
  expect(await stranger.call(`/api/v1/ledger?point=${POINT}`)).toMatchObject({ status: 401 });
});

test('gaps are told with their cause', async () => {
  const { body } = await admin.call(`/api/v1/gaps?point=${POINT}&from=${start - 2 * HOUR}&to=${start}`);
  expect(body).toEqual({ gaps: gateway.journal.gaps });
  expect(await admin.call('/api/v1/gaps?point=no.such')).toMatchObject({
    status: 404,
    body: { code: 'point-unknown' },
  });
});

test('a body that is no JSON, too long or of another kind is a problem, not a crash', async () => {
  const login = (body: string, type = 'application/json') =>
    admin.call('/api/v1/login', body, { 'content-type': type });
  expect(await login('{')).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  expect(await login('a=b', 'application/x-www-form-urlencoded')).toMatchObject({
    status: 415,
    body: { code: 'request-invalid' },
  });
  expect(await login(JSON.stringify({ name: 'x'.repeat(100_000) }))).toMatchObject({ status: 413 });
  expect(await admin.call('/api/v1/login', { name: 'admin' })).toMatchObject({ status: 400 });
});

test.each(['/nothing', '/api/v1/nothing', '/../../etc/passwd', '/api/v1/alarms/a/explode'])(
  '%s is not found, as a problem',
  async (path) => {
    const answer = await admin.call(path);
    expect(answer).toMatchObject({
      status: 404,
      body: { code: 'not-found', type: 'urn:hygate:error:not-found' },
    });
    expect(answer.type).toContain('application/problem+json');
  },
);

test('the log leaves out how the gateway does every few minutes', async () => {
  const at = Date.now();
  const { events } = gateway.journal.history;
  await gateway.journal.record(vitalsEvent({ uptime_s: 300 }, at));
  await gateway.journal.record({ type: 'indicator-muted', at, by: 'li', data: {} });
  expect((await events(at, at + 1, 9)).map(({ type }) => type)).toEqual(['vitals', 'indicator-muted']);
  const { body } = await admin.call<{ events: { type: string }[] }>(`/api/v1/log?from=${at}&to=${at + 1}`);
  expect(body.events.map(({ type }) => type)).toEqual(['indicator-muted']);
});

test('an error of our own is told without its inside', async () => {
  const { history } = gateway.journal;
  const { events } = history;
  Object.assign(history, { events: () => Promise.reject(new Error('SELECT * FROM secrets')) });
  const answer = await admin.call('/api/v1/log');
  Object.assign(history, { events });
  expect(answer).toMatchObject({ status: 500, body: { code: 'internal', retry: true } });
  expect(JSON.stringify(answer.body)).not.toContain('secrets');
});

test('every route says in the OpenAPI document what it takes and answers', async () => {
  type Operation = { summary?: string; responses: Record<string, unknown> };
  const { body } = await admin.call<{ openapi: string; paths: Record<string, Record<string, Operation>> }>(
    '/openapi.json',
  );
  expect(body.openapi).toMatch(/^3\.1/);
  for (const [path, methods] of Object.entries(body.paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      expect(summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['4XX', '5XX']));
    }
  }
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/api/v1/readings', '/api/v1/alarms/{id}/shelve', '/healthz']),
  );
});

test('metrics are Prometheus text with requests counted by route, never by address', async () => {
  gateway.alarms.raise(openAlarm('one', Date.now()));
  await admin.call('/api/v1/alarms/one');
  const { body, type } = await admin.call<string>('/metrics');
  expect(type).toContain('text/plain');
  expect(body).toMatch(/hygate_http_requests_total\{route="\/api\/v1\/alarms\/:id",status="200"\} \d+/);
  expect(body).not.toContain('alarms/one');
});

test('metrics of another machine need a session', async () => {
  // The gateway believes a proxy on its own machine when it says who really asks.
  const elsewhere = { 'x-forwarded-for': '192.168.1.9', cookie: '' };
  expect(await admin.call('/metrics', undefined, elsewhere)).toMatchObject({ status: 401 });
  expect(await admin.call('/metrics', undefined, { 'x-forwarded-for': '192.168.1.9' })).toMatchObject({
    status: 200,
  });
});

/** Of this machine, but not its loopback: as the address of a container's bridge is. */
const bridge = Object.values(networkInterfaces())
  .flat()
  .find((found) => found?.family === 'IPv4' && !found.internal)?.address;

test.skipIf(bridge === undefined)(
  'a proxy that does not come from the loopback is believed when the site file trusts it, and only then',
  async () => {
    const http = { host: '0.0.0.0', port: 0 };
    for (const [trustedProxies, isSecure] of [[[`${bridge}/32`], true] as const, [[], false] as const]) {
      const other = await startGateway({ site: { ...apiSite, http, trustedProxies } });
      const client = new ApiClient(`http://${bridge}:${other.api.port}`);
      const said = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.168.1.9' };
      const { headers } = await client.call('/api/v1/login', other.first, said);
      expect(headers.get('set-cookie')?.includes('Secure')).toBe(isSecure);
      await other.stop();
    }
  },
);

test('health is open to all and degraded, in words, while commits fail', async () => {
  const health = () => fetch(`${gateway.url}/healthz`);
  expect(await (await health()).json()).toEqual({
    status: 'ok',
    version: '0.0.0-test',
    complaints: [],
    notes: [],
  });
  gateway.metrics.count('hygate_journal_errors_total', { reason: 'commit' });
  await expect.poll(async () => (await health()).status, { timeout: 10_000 }).toBe(503);
  expect(await (await health()).json()).toMatchObject({
    status: 'degraded',
    complaints: [expect.stringContaining('journal')],
  });
  await gateway.journal.append([]);
  await expect.poll(async () => (await health()).status, { timeout: 10_000 }).toBe(200);
});

test('a port in use is said in one sentence', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const site = { ...apiSite, http: { host: '127.0.0.1', port } };
  await expect(startGateway({ site })).rejects.toMatchObject({
    code: 'port-in-use',
    message: expect.stringContaining(String(port)),
  });
  await new Promise((resolve) => other.close(resolve));
});
