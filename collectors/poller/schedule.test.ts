import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstRead, secondRead, turn } from './schedule.ts';

const NOW = 5000;

describe('places in the period', () => {
  const dues = (of: number, every: number) =>
    Array.from({ length: of }, (_, index) => secondRead({ index, of }, every, NOW).due);

  test('a thousand devices of one period ask in groups of some sixty, evenly over the period', () => {
    const groups = new Map<number, number>();
    for (const due of dues(1000, 10_000)) {
      const moment = Math.round(due) % 10_000;
      groups.set(moment, (groups.get(moment) ?? 0) + 1);
    }
    expect([...groups.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, n) => n * 625));
    expect(Math.max(...groups.values())).toBeLessThanOrEqual(66);
  });

  test('the devices of a small site are one group, and one that is read twice as often falls in with it', () => {
    const slow = dues(60, 10_000);
    expect(new Set(slow).size).toBe(1);
    const [often = 0] = dues(60, 5_000);
    expect(((slow[0] ?? 0) - often) % 5_000).toBe(0);
  });

  test('the first read comes within a second whatever the period, the second within a period after it', () => {
    const place = fc
      .integer({ min: 1, max: 5000 })
      .chain((of) => fc.record({ of: fc.constant(of), index: fc.nat(of - 1) }));
    fc.assert(
      fc.property(place, fc.integer({ min: 20, max: 86_400_000 }), (where, every) => {
        const first = firstRead(where, every, NOW);
        const second = secondRead(where, every, NOW).due;
        expect(first).toBeGreaterThanOrEqual(NOW);
        expect(first).toBeLessThanOrEqual(NOW + 1000);
        expect(second).toBeGreaterThan(first);
        expect(second - first).toBeLessThanOrEqual(every);
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
