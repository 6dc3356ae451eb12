import { expect, test } from 'vitest';
import type { Journal, JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { type Clock, MINUTE, realClock } from '#model/time';
import { topicsOf } from '#model/topic';
import type { Account } from './authentication.ts';
import { Door } from './door.ts';

const NOW = Date.UTC(2026, 5, 1);
const site = {
  id: 'ward',
  devices: [{ id: 'box', points: [{ key: 'temp', id: 'box.temp', range: [-50, 60] }] }],
} as unknown as Site;
const box: Account = { role: 'logger', user: 'box', device: 'box' };
const collector: Account = { role: 'collector', user: 'far-away' };

/** A door whose journal writes when the test lets it, and whose time the test owns. */
function openDoor() {
  const events: JournalEvent[] = [];
  const holds: boolean[] = [];
  const stored: Reading[] = [];
  const waiting: (() => void)[] = [];
  const time = { now: 0 };
  const journal = {
    append: (readings: readonly Reading[]) =>
      new Promise((resolve) => waiting.push(() => resolve(stored.push(...readings)))),
    record: async (event: JournalEvent) => events.push(event),
  } as unknown as Journal;
  const clock: Clock = { ...realClock, wall: () => NOW, monotonic: () => time.now };
  const shared = { site, topics: topicsOf('ward'), journal, clock, log: silentLog, meter: silentMeter };
  const door = new Door({ ...shared, hold: (full) => holds.push(full) });
  const write = (count: number) => {
    for (const done of waiting.splice(0, count)) done();
  };
  return { door, events, holds, stored, waiting, time, write };
}

const message = (count: number, from = 0) =>
  Buffer.from(
    JSON.stringify({
      v: 1,
      readings: Array.from({ length: count }, (_, n) => ({ point: 'temp', at: NOW - from - n, value: 1 })),
    }),
  );
const topic = 'hygate/ward/in/box';

test('at 50,000 readings that wait for the disk the clients are held and the rest waits unread; at 25,000 they go on', async () => {
  const { door, holds, waiting, write, stored } = openDoor();
  const admitted = Array.from({ length: 25 }, (_, n) =>
    door.admit({ account: box, topic, payload: message(4_000, n * 4_000) }),
  );
  await expect.poll(() => waiting.length).toBe(13);
  expect(holds).toEqual([true]);
  expect(door.pending).toBe(52_000 + 12);
  write(6);
  await Promise.all(admitted.slice(0, 6));
  expect(waiting).toHaveLength(7);
  write(1);
  await expect.poll(() => waiting.length).toBe(13);
  expect(holds).toEqual([true, false, true]);
  while (stored.length < 100_000) {
    write(1);
    await expect.poll(() => waiting.length > 0 || stored.length === 100_000).toBe(true);
  }
  await Promise.all(admitted);
  expect(stored.map(({ at }) => NOW - at)).toEqual(Array.from({ length: 100_000 }, (_, n) => n));
  expect(door.pending).toBe(0);
  expect(holds.at(-1)).toBe(false);
});

test('messages weigh, too: 5,000 of one reading each fill the door', async () => {
  const { door, waiting, write } = openDoor();
  const admitted = Array.from({ length: 5_000 }, (_, n) =>
    door.admit({ account: box, topic, payload: message(1, n) }),
  );
  await expect.poll(() => door.full).toBe(true);
  expect(waiting).toHaveLength(4_546);
  while (door.pending > 0) {
    write(1_000);
    await Promise.resolve();
  }
  await Promise.all(admitted);
  expect(door.full).toBe(false);
});

test('a message that is refused lets the next one in', async () => {
  const { door, waiting, write } = openDoor();
  const wrong = { account: box, topic, payload: Buffer.from('{"v":9}') };
  const fill = Array.from({ length: 13 }, (_, n) =>
    door.admit({ account: box, topic, payload: message(4_000, n * 4_000) }),
  );
  const late = [
    door.admit(wrong),
    door.admit({ account: box, topic: 'hygate/ward/status', payload: message(1) }).catch(() => 'cut'),
    door.admit({ account: box, topic, payload: message(1, 60_000) }),
  ];
  await expect.poll(() => waiting.length).toBe(13);
  write(13);
  await expect.poll(() => waiting.length).toBe(1);
  write(1);
  await Promise.all([...fill, ...late]);
  expect(await late[1]).toBe('cut');
});

test('the door knows how long the oldest reading waits', async () => {
  const { door, time, waiting, write } = openDoor();
  const first = door.admit({ account: box, topic, payload: message(1) });
  time.now = 300;
  const second = door.admit({ account: box, topic, payload: message(1, 1) });
  await expect.poll(() => waiting.length).toBe(2);
  time.now = 700;
  expect(door.waits).toBe(700);
  write(1);
  await first;
  expect(door.waits).toBe(400);
  write(1);
  await second;
  expect(door.waits).toBe(0);
});

test('a client that repeats a mistake is recorded once a minute, with the number of its messages', async () => {
  const { door, events, time } = openDoor();
  const wrong = { account: box, topic, payload: Buffer.from(`{"v":9,"text":"${'é'.repeat(600)}"}`) };
  for (const now of [0, 1, 2, MINUTE]) {
    time.now = now;
    await door.admit(wrong);
  }
  expect(events.map(({ data }) => data['messages'])).toEqual([1, 3]);
  expect(events[0]).toMatchObject({
    type: 'payload-refused',
    at: NOW,
    by: 'box',
    data: { topic, bytes: 1217 },
  });
  expect(Buffer.byteLength(String(events[0]?.data['payload']))).toBeLessThanOrEqual(515);
});

test('a collector with devices that this site has not is told once and is not cut off', async () => {
  const { door, events, waiting } = openDoor();
  await door.admit({ account: collector, topic: 'hygate/ward/in/elsewhere', payload: message(3) });
  expect(waiting).toEqual([]);
  expect(events).toMatchObject([{ by: 'far-away', data: { reason: 'unknown-point', readings: 3 } }]);
});
