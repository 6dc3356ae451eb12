import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRead, secondRead, turn } from './schedule.ts';

const NOW = 5000;

describe('places in the period', () => {
  test('a thousand devices of one period never ask more than a few at once', () => {
    const buckets = new Map<number, number>();
    for (let index = 0; index < 1000; index++) {
      const bucket = Math.floor(secondRead(index, 10_000, NOW).due / 100);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    // 1,000 reads over 100 tenths of a second: 10 each when quite even.
    expect(Math.max(...buckets.values())).toBeLessThanOrEqual(13);
  });

  test('the first read comes within a second whatever the period, the second within two periods, after the first', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.integer({ min: 20, max: 86_400_000 }), (index, every) => {
        const first = firstRead(index, every, NOW);
        const second = secondRead(index, every, NOW).due;
        expect(first).toBeGreaterThanOrEqual(NOW);
        expect(first).toBeLessThanOrEqual(NOW + 1000);
        expect(second).toBeGreaterThan(first);
        expect(second - NOW).toBeLessThanOrEqual(2 * every);
      }),
    );
  });
});

describe('a turn', () => {
  const at = { every: 1000, due: 10_000 };

  test('reads when due and keeps its place, however late the timer was', () => {
    expect(turn(at, 10_000, false)).toEqual({ read: true, skipped: 0, next: { every: 1000, due: 11_000 } });
    expect(turn(at, 10_999, false)).toEqual({ read: true, skipped: 0, next: { every: 1000, due: 11_000 } });
  });

  test('is left out while the read before still runs', () => {
    expect(turn(at, 10_001, true)).toEqual({ read: false, skipped: 1, next: { every: 1000, due: 11_000 } });
  });

  test('after a night asleep nothing is made up for, and every missed read is counted', () => {
    const night = 8 * 3_600_000;
    expect(turn(at, 10_000 + night, false)).toEqual({
      read: false,
      skipped: 28_801,
      next: { every: 1000, due: 10_000 + night + 1000 },
    });
  });

  test('whatever the delays, reads and skips together are the reads that were due, each in its place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ late: fc.nat(5000), busy: fc.boolean() }), { maxLength: 50 }),
        (delays) => {
          let schedule = at;
          let [turns, now] = [0, 0];
          for (const { late, busy } of delays) {
            now = schedule.due + late;
            const { read, skipped, next } = turn(schedule, now, busy);
            turns += skipped + (read ? 1 : 0);
            schedule = next;
            expect(next.due).toBeGreaterThan(now);
            expect((next.due - at.due) % at.every).toBe(0);
          }
          expect(turns).toBe((schedule.due - at.due) / at.every);
        },
      ),
    );
  });
});
