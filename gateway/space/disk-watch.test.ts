import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HygateError } from '#model/errors';
import type { Journal, JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Outage } from '#model/outage';
import { type Clock, MINUTE } from '#model/time';
import { DiskWatch } from './disk-watch.ts';

const MIB = 2 ** 20;
const READING = { point: 'a.t', at: 1, value: 1, quality: 'good', reason: null } as const;

let dir: string;
let free: number;
let broken: boolean;
let now: number;
let events: JournalEvent[];
let outages: Outage[];
let held: Map<string, boolean>;
let looks: (() => void)[];
let watch: DiskWatch;

/** A second passes: the watch looks. */
async function look(): Promise<void> {
  now += 1000;
  for (const task of looks.splice(0)) task();
  await expect.poll(() => looks.length).toBe(1);
}

const append = () => watch.admitting().append([READING]);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-space-'));
  [free, broken, now, events, outages, looks] = [1000 * MIB, false, 1, [], [], []];
  held = new Map();
  const write = async (): Promise<void> => {
    if (broken) throw new HygateError('journal-unwritable', 'the disk is broken');
  };
  const journal: Partial<Journal> = {
    append: () => write().then(() => ({ seq: 1, repeated: 0 })),
    record: (event) => write().then(() => events.push(event)),
  };
  const clock: Clock = {
    ...{ wall: () => now, monotonic: () => now, sleep: async () => undefined },
    after: (_, task) => {
      looks.push(task);
      return { cancel: () => looks.splice(0) };
    },
  };
  watch = new DiskWatch({
    ...{ dir, clock, log: silentLog, meter: silentMeter, journal: journal as Journal },
    report: (condition, holds) => held.set(condition, holds),
    onOutage: (outage) => outages.push(outage),
    room: async () => ({ free, total: 2000 * MIB }),
  });
  await watch.start();
});
afterEach(async () => {
  await watch.stop();
  rmSync(dir, { recursive: true });
});

const holding = () => [...held].flatMap(([condition, holds]) => (holds ? [condition] : []));

test('with room, readings are taken, nothing is told, and the ballast is real', async () => {
  await append();
  expect(holding()).toEqual([]);
  expect(watch.complaints()).toEqual([]);
  const { size, blocks } = statSync(join(dir, 'ballast'));
  expect(size).toBe(16 * MIB);
  expect(blocks * 512).toBeGreaterThanOrEqual(size);
});

test('below the low mark people are told, and readings go on', async () => {
  free = 150 * MIB;
  await look();
  await append();
  expect(holding()).toEqual(['disk-low']);
  expect(events.map(({ type }) => type)).toEqual(['disk-level-changed']);
});

test('below the floor readings are refused, events are not, and it is an outage until there is room', async () => {
  free = 50 * MIB;
  await look();
  await expect(append()).rejects.toMatchObject({ code: 'disk-full', message: /50 MiB left .* below 64/ });
  await watch.admitting().record({ type: 'x', at: 1, by: null, data: {} });
  expect(holding()).toEqual(['disk-full']);
  expect(existsSync(join(dir, 'ballast'))).toBe(true);
  expect(outages).toEqual([{ cause: 'disk', device: null, from: 1001, to: null, readings: null }]);
  await look();
  free = 500 * MIB;
  await look();
  await append();
  expect(holding()).toEqual([]);
  expect(outages[1]).toEqual({ cause: 'disk', device: null, from: 1001, to: 3001, readings: null });
  expect(outages).toHaveLength(2);
});

test('when the reserve is nearly gone the ballast is let go, and made again when there is room', async () => {
  free = 2 * MIB;
  await look();
  expect(existsSync(join(dir, 'ballast'))).toBe(false);
  free = 50 * MIB;
  await look();
  expect(existsSync(join(dir, 'ballast'))).toBe(false);
  free = 500 * MIB;
  await look();
  expect(existsSync(join(dir, 'ballast'))).toBe(true);
});

test('a journal that cannot write is found out by the first who tries, and tried again each second', async () => {
  broken = true;
  await expect(append()).rejects.toMatchObject({ code: 'journal-unwritable' });
  await expect.poll(holding).toEqual(['disk-unwritable']);
  expect(watch.complaints()).toEqual([expect.stringContaining('the disk is broken')]);
  await look();
  expect(holding()).toEqual(['disk-unwritable']);
  broken = false;
  await expect(append()).rejects.toMatchObject({ code: 'journal-unwritable' });
  await look();
  await append();
  expect(holding()).toEqual([]);
  expect(events.map(({ type, data }) => [type, data['since']])).toEqual([['disk-writable-again', 1]]);
  expect(outages.map(({ to }) => to)).toEqual([null, 2001]);
});

test('a ballast that cannot be made hides no level, and is tried again after a minute', async () => {
  rmSync(join(dir, 'ballast'));
  mkdirSync(join(dir, 'ballast.new'));
  free = 150 * MIB;
  await look();
  expect(holding()).toEqual(['disk-low']);
  rmdirSync(join(dir, 'ballast.new'));
  await look();
  expect(existsSync(join(dir, 'ballast'))).toBe(false);
  now += MINUTE;
  await look();
  expect(existsSync(join(dir, 'ballast'))).toBe(true);
});
