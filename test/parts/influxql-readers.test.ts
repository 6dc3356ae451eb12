import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Influxql } from '#model/influxql';
import { SECOND } from '#model/time';
import { QueryDesk } from '../../gateway/influxql/query-desk.ts';
import { administrator, PASSWORD, startGateway, type TestGateway } from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { until } from '../kit/until.ts';

/** More than what the buffers of two sockets take. */
const EVENTS = 6_000;
const TEXT = 'x'.repeat(1_900);
const PATH = `/query?db=hygate&epoch=ms&q=${encodeURIComponent('SELECT "detail" FROM "event"')}`;
const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;

let clock: HandClock;
let gateway: TestGateway;
let sockets: Socket[];
beforeEach(() => {
  clock = new HandClock(1_800_000_000_000);
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await gateway.stop();
});

async function start(influxql?: Influxql): Promise<void> {
  const more = ({ journal, alarms, metrics }: Pick<TestGateway, 'journal' | 'alarms' | 'metrics'>) => ({
    influxql:
      influxql ??
      new QueryDesk({ site: apiSite, journal, alarms, clock, meter: metrics, mostHeldBytes: 20_000_000 }),
  });
  gateway = await startGateway({ clock, more });
  await administrator(gateway);
}

/** Asks, and takes nothing of the answer. */
async function sleeper(): Promise<Socket> {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${PATH} HTTP/1.1\r\nHost: hygate\r\nAuthorization: ${authorization}\r\n\r\n`);
  return socket;
}

const ask = () => fetch(`${gateway.url}${PATH}`, { headers: { authorization } });

async function metric(name: string): Promise<number> {
  const all = await gateway.metrics.registry.getMetricsAsJSON();
  const values = all.find((each) => each.name === name)?.values ?? [];
  return values.reduce((sum, { value }) => sum + value, 0);
}
const held = () => metric('hygate_query_answers_held_bytes');
const dropped = () => metric('hygate_query_readers_dropped_total');

test('viewers who read nothing fill a bounded room, others are told to come back, and after 30 s the sleepers are cut off', async () => {
  await start();
  for (let index = 0; index < EVENTS; index += 1)
    gateway.journal.recorded.push({ seq: index, type: 'note', at: index, by: null, data: { said: TEXT } });
  await sleeper();
  const one = await until('an answer is held', async () => (await held()) || undefined);
  expect(one).toBeGreaterThan(EVENTS * TEXT.length);
  const second = await sleeper();
  await until('two answers are held', async () => (await held()) === 2 * one);

  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toEqual({ error: expect.stringContaining('have not yet taken') });

  second.destroy();
  await until('what nobody waits for is forgotten', async () => (await held()) === one);
  expect((await (await ask()).text()).length).toBe(one);
  await until('what was taken is forgotten', async () => (await held()) === one);

  expect(await dropped()).toBe(0);
  await until('the sleeper is cut off', async () => {
    await clock.advance(10 * SECOND);
    return (await held()) === 0;
  });
  expect(await dropped()).toBe(1);
});

test('a viewer who reads slowly is served to the end', async () => {
  const PIECES = 30;
  const piece = Buffer.alloc(1_000_000, ' ');
  let pulled = 0;
  function* pieces() {
    for (; pulled < PIECES; pulled += 1) yield piece;
  }
  await start({ answer: async () => pieces() });
  const begun = clock.monotonic();
  const [response] = (await once(
    get(`${gateway.url}${PATH}`, { headers: { authorization } }),
    'response',
  )) as [IncomingMessage];
  let bytes = 0;
  let seen = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    // Each time when the gateway could hand on something more: a while that is allowed.
    if (pulled > seen) await clock.advance(20 * SECOND);
    seen = pulled;
  }
  expect(bytes).toBe(PIECES * piece.length);
  expect(clock.monotonic() - begun).toBeGreaterThan(60 * SECOND);
  expect(await dropped()).toBe(0);
});
