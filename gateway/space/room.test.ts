import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ballastOrder, type Level, levelOf, marksOf } from './room.ts';

const GIB = 2 ** 30;
const levels = (total: number, ...free: readonly number[]): Level[] => {
  let level: Level = 'ample';
  return free.map((bytes) => {
    level = levelOf(level, { free: bytes, total });
    return level;
  });
};

test('marks of a small box, of a server and of a very small disk', () => {
  expect(marksOf(32 * GIB)).toEqual({ low: GIB, floor: 2 ** 26, ballast: 2 ** 24 });
  expect(marksOf(2000 * GIB)).toEqual(marksOf(32 * GIB));
  const { low, floor, ballast } = marksOf(2 ** 26);
  expect([low, floor, ballast].map(Math.floor)).toEqual([6_710_886, 3_355_443, 1_677_721]);
});

describe('the level', () => {
  test('falls through low to full, and comes back the same way', () => {
    const free = [5, 0.9, 0.05, 0.9, 5].map((gib) => gib * GIB);
    expect(levels(32 * GIB, ...free)).toEqual(['ample', 'low', 'full', 'low', 'ample']);
  });
  test('does not come and go at a mark', () => {
    const mark = marksOf(32 * GIB).floor;
    const around = [mark - 1, mark + 1, mark - 1, mark * 1.2, mark * 1.26];
    expect(levels(32 * GIB, ...around)).toEqual(['full', 'full', 'full', 'full', 'low']);
  });
  test('is full whenever there is less than the floor, and never when there is half as much again', () => {
    const level = fc.constantFrom<Level>('ample', 'low', 'full');
    fc.assert(
      fc.property(level, fc.nat(2 ** 40), fc.nat(2 ** 42), (before, free, total) => {
        const { floor } = marksOf(total);
        const now = levelOf(before, { free, total });
        if (free < floor) expect(now).toBe('full');
        if (free > 1.5 * floor) expect(now).not.toBe('full');
      }),
    );
  });
});

describe('the ballast', () => {
  const total = 32 * GIB;
  const { floor, ballast } = marksOf(total);
  test('is let go only when the reserve itself is nearly gone', () => {
    expect(ballastOrder(true, { free: floor / 2, total })).toBe('leave');
    expect(ballastOrder(true, { free: floor / 9, total })).toBe('release');
  });
  test('is made only where it does not bring the floor near', () => {
    expect(ballastOrder(false, { free: floor + ballast, total })).toBe('leave');
    expect(ballastOrder(false, { free: floor * 2 + ballast, total })).toBe('make');
  });
  test('that was just made is never let go, and the other way round', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: 2 ** 20, max: 2 ** 42 }), (free, size) => {
        const mass = marksOf(size).ballast;
        if (ballastOrder(false, { free, total: size }) === 'make') {
          expect(ballastOrder(true, { free: free - mass, total: size })).toBe('leave');
        }
        if (ballastOrder(true, { free, total: size }) === 'release') {
          expect(ballastOrder(false, { free: free + mass, total: size })).toBe('leave');
        }
      }),
    );
  });
});
