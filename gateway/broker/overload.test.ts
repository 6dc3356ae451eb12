import { expect, test } from 'vitest';
import type { Journal, JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { type Clock, realClock } from '#model/time';
import { Overload } from './overload.ts';

function rig() {
  const time = { now: 0 };
  const events: string[] = [];
  const reports: boolean[] = [];
  const gauges: number[] = [];
  const record = async ({ type }: JournalEvent) => events.push(type);
  const overload = new Overload({
    journal: { record } as unknown as Journal,
    log: silentLog,
    meter: { ...silentMeter, gauge: (_name, value) => gauges.push(value) },
    clock: { ...realClock, monotonic: () => time.now, wall: () => 1_000_000 + time.now } satisfies Clock,
    report: (_condition, holds) => reports.push(holds),
  });
  overload.start();
  return { overload, time, events, reports, gauges };
}

test('a door that fills and empties under load is one overload, told once, over when it was at ease for a while', () => {
  const { overload, time, events, gauges } = rig();
  for (time.now = 100; time.now < 20_000; time.now += 250) overload.look(time.now % 1_000 < 300, 0);
  expect(events).toEqual(['overload-began']);
  expect(overload.since).toBe(1_000_100);
  for (; time.now < 24_000; time.now += 250) overload.look(false, 100);
  expect(events).toEqual(['overload-began']);
  for (; time.now < 26_000; time.now += 250) overload.look(false, 100);
  expect(events).toEqual(['overload-began', 'overload-ended']);
  expect(overload.since).toBeNull();
  expect(gauges).toEqual([0, 1, 0]);
});

test('people hear of an overload that lasts for a minute, and of none that a stutter of the disk makes', () => {
  const { overload, time, reports, events } = rig();
  for (; time.now < 59_000; time.now += 250) overload.look(true, 0);
  for (; time.now < 70_000; time.now += 250) overload.look(false, 0);
  expect(events).toEqual(['overload-began', 'overload-ended']);
  expect(reports).not.toContain(true);
  for (; time.now < 129_000; time.now += 250) overload.look(true, 0);
  expect(reports).not.toContain(true);
  for (; time.now < 140_000; time.now += 250) overload.look(true, 0);
  expect(reports.filter(Boolean)).toEqual([true]);
  for (; time.now < 150_000; time.now += 250) overload.look(false, 0);
  expect(reports.at(-1)).toBe(false);
});

test('readings that wait long at a door with room are overload, too', () => {
  const { overload, events } = rig();
  overload.look(false, 499);
  expect(events).toEqual([]);
  overload.look(false, 500);
  expect(events).toEqual(['overload-began']);
});
