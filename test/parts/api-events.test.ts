import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reading } from '#model/reading';
import { type Clock, type Ms, realClock } from '#model/time';
import { EventListener } from '../kit/api-events.ts';
import {
  type ApiClient,
  administrator,
  goodReading,
  openAlarm,
  startGateway,
  type TestGateway,
} from '../kit/api-gateway.ts';
import { POINT } from '../kit/api-site.ts';

let gateway: TestGateway;
let admin: ApiClient;
let skipped: Ms = 0;
const clock: Clock = { ...realClock, monotonic: () => realClock.monotonic() + skipped };
const listeners: EventListener[] = [];

beforeEach(async () => {
  skipped = 0;
  gateway = await startGateway({ clock });
  admin = await administrator(gateway);
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.close();
  await gateway.stop();
});

async function listen(): Promise<EventListener> {
  const listener = new EventListener(gateway.url, admin);
  listeners.push(listener);
  await listener.until('snapshot');
  return listener;
}

const metric = async (name: string): Promise<number> => {
  const { body } = await admin.call<string>('/metrics');
  const line = body.split('\n').find((text) => text.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
};

test('a stream begins with everything as it stands', async () => {
  gateway.live.set(goodReading(4.2, 1000));
  gateway.alarms.raise(openAlarm('a', 5_000_000));
  gateway.devices.set({ device: 'fridge-1', up: true, why: '', since: 1, roundTrip: 12 });
  const listener = await listen();
  expect(listener.header['content-type']).toContain('text/event-stream');
  expect(listener.header['cache-control']).toBe('no-store');
  expect(listener.header['content-security-policy']).toContain("default-src 'none'");
  expect(listener.of('hello')).toEqual([{ now: expect.any(Number), version: '0.0.0-test' }]);
  expect(listener.of('snapshot')).toEqual([
    {
      readings: [goodReading(4.2, 1000)],
      alarms: [openAlarm('a', 5_000_000)],
      devices: [{ device: 'fridge-1', up: true, why: '', since: 1, roundTrip: 12 }],
    },
  ]);
});

test('many readings in a burst become one message with the newest of each point', async () => {
  const listener = await listen();
  for (let count = 1; count <= 1000; count++) {
    gateway.live.set(goodReading(count, count), goodReading(-count, count, 'fridge-2.upper-temp'));
  }
  const messages = (await listener.until('readings')) as Reading[][];
  expect(messages[0]).toEqual([goodReading(1000, 1000), goodReading(-1000, 1000, 'fridge-2.upper-temp')]);
  gateway.live.set(goodReading(7, 2000));
  const later = (await listener.until('readings', 2)) as Reading[][];
  expect(later[1]).toEqual([goodReading(7, 2000)]);
  expect(later).toHaveLength(2);
});

test('alarms and changes of devices arrive, and an unchanged device is no news', async () => {
  const up = { device: 'fridge-1', up: true, why: '', since: 1, roundTrip: 12 };
  const listener = await listen();
  gateway.devices.set(up);
  gateway.alarms.raise(openAlarm('b', 5_000_000, { point: POINT }));
  expect(await listener.until('alarms')).toMatchObject([[{ type: 'raised', by: null, alarm: { id: 'b' } }]]);
  await listener.until('devices');
  gateway.devices.set({ ...up, roundTrip: 99 });
  gateway.alarms.clear('b');
  await listener.until('alarms', 2);
  gateway.devices.set({
    device: 'fridge-1',
    up: false,
    why: 'connection refused',
    since: 2,
    roundTrip: null,
  });
  const devices = await listener.until('devices', 2);
  expect(devices).toHaveLength(2);
  expect(devices[1]).toMatchObject([{ up: false, why: 'connection refused' }]);
});

test('a silent gateway pings, and says when its journal fails', async () => {
  const listener = await listen();
  skipped += 15_000;
  expect(await listener.until('ping')).toEqual([{ now: expect.any(Number) }]);
  gateway.metrics.count('hygate_journal_errors_total', { reason: 'commit' });
  const health = await listener.until('health', 2);
  expect(health[0]).toEqual([]);
  expect(health[1]).toEqual([expect.stringContaining('journal')]);
});

test('a client that reads no more is dropped and counted, and the others do not notice', async () => {
  const sleeper = await listen();
  const reader = await listen();
  await expect.poll(() => metric('hygate_event_streams ')).toBe(2);
  sleeper.stopReading();
  const long = 'x'.repeat(40_000);
  const burst = Array.from({ length: 200 }, (_, index) => goodReading(index, index, `p${index}.${long}`));
  gateway.live.set(...burst);
  await reader.until('readings');
  skipped += 10_000;
  gateway.live.set(goodReading(1, 1));
  await reader.until('readings', 2);
  expect(await metric('hygate_event_streams ')).toBe(2);
  skipped += 20_000;
  await expect.poll(() => metric('hygate_event_streams ')).toBe(1);
  expect(await metric('hygate_event_streams_dropped_total{reason="stalled"}')).toBe(1);
  gateway.live.set(goodReading(2, 2));
  const seen = (await reader.until('readings', 3)) as Reading[][];
  expect(seen.at(-1)).toEqual([goodReading(2, 2)]);
});

test('a slow client that reads on in time gets the newest values and none of those between', async () => {
  const listener = await listen();
  const other = await listen();
  listener.stopReading();
  const long = 'x'.repeat(40_000);
  gateway.live.set(
    ...Array.from({ length: 200 }, (_, index) => goodReading(index, index, `p${index}.${long}`)),
  );
  // Both are told at once: it is written to the slow one by now.
  await other.until('readings');
  for (let round = 1; round <= 4; round++) {
    gateway.live.set(goodReading(round, round));
    await other.until('readings', 1 + round);
  }
  listener.readOn();
  const messages = (await listener.until('readings', 2)) as Reading[][];
  expect(messages[0]).toHaveLength(200);
  expect(messages[1]).toEqual([goodReading(4, 4)]);
});

test('a stream ends when its session does', async () => {
  const listener = await listen();
  await admin.call('/api/v1/logout', {});
  skipped += 15_000;
  await expect.poll(() => listener.closed, { timeout: 10_000 }).toBe(true);
});

test('a client that leaves is forgotten', async () => {
  const listener = await listen();
  expect(await metric('hygate_event_streams ')).toBe(1);
  listener.close();
  await expect.poll(() => metric('hygate_event_streams ')).toBe(0);
});

test('the gateway stops at once while streams are open', async () => {
  const listener = await listen();
  await gateway.api.stop();
  await expect.poll(() => listener.closed).toBe(true);
});
