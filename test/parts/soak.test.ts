import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SECOND } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { without } from '../kit/peers.ts';
import { SOAKED } from '../soak/field.ts';
import { isSound, report } from '../soak/report.ts';
import { makeSchedule } from '../soak/schedule.ts';
import { slopeOf } from '../soak/slope.ts';
import { runSoak } from '../soak/soak-run.ts';

const seed = Number(process.env['HYGATE_SEED'] ?? Math.trunc(Math.random() * 1e9));

describe.skipIf(without('victoriaMetrics'))('the soak', () => {
  test(`a short one under faults loses and invents nothing (HYGATE_SEED=${seed})`, {
    timeout: 180_000,
  }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hygate-soak-'));
    try {
      const result = await runSoak({ length: 12 * SECOND, seed, dir, sampleEvery: SECOND, say: () => {} });
      expect(isSound(result), report(result)).toBe(true);
      expect(result.verdict.stored).toBe(result.verdict.acknowledged);
      expect(result.verdict.acknowledged).toBeGreaterThan(200);
      expect(result.polled.stored).toBeGreaterThan(1_000);
      expect(result.field.length + result.peers.length).toBeGreaterThan(1);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});

describe('the schedule of faults', () => {
  const schedule = (from: number) =>
    makeSchedule({ devices: SOAKED, length: 3600 * SECOND, random: seededRandom(from, 'soak') });

  test('is the same for the same seed, and another for another', () => {
    expect(schedule(1)).toEqual(schedule(1));
    expect(schedule(1)).not.toEqual(schedule(2));
  });

  test('is over before the end, and no device has two faults at a time', () => {
    const { field, peers } = schedule(seed);
    expect(field.length).toBeGreaterThan(200);
    expect(peers.length).toBeGreaterThan(50);
    for (const { at, lasts } of [...field, ...peers])
      expect(at + lasts).toBeLessThanOrEqual(0.85 * 3600 * SECOND);
    for (const { id } of SOAKED) {
      const own = field.filter(({ device }) => device === id);
      own.slice(1).forEach((next, index) => {
        const before = own[index];
        expect(next.at).toBeGreaterThanOrEqual((before?.at ?? 0) + (before?.lasts ?? 0));
      });
    }
  });
});

test('a slope is that of the line, and its error that of what strays from it', () => {
  expect(
    slopeOf([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toEqual({ slope: 2, error: 0 });
  const { slope, error } = slopeOf([
    [0, 0],
    [1, 1],
    [2, 0],
    [3, 1],
  ]);
  expect(slope).toBeCloseTo(0.2, 10);
  expect(error).toBeCloseTo(Math.sqrt(0.8 / 2 / 5), 10);
});
