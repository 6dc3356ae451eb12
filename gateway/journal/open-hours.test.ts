import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { OpenHours } from './open-hours.ts';

type Step =
  | { readonly do: 'accept'; readonly id: string; readonly at: number }
  | { readonly do: 'commit' | 'rollback' | 'store' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      id: fc.constantFrom('a.t', 'b.t'),
      at: fc.integer({ min: 0, max: 3 * HOUR }).map((at) => Math.floor(at / 600_000) * 600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('commit', 'rollback', 'store') }) },
);

test('(point, at) is accepted once, whatever was stored, committed or taken back in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const stored = new Map<string, Set<number>>();
      const hours = new OpenHours((point, hour) => {
        const all = [...(stored.get(point.id) ?? [])];
        return new Set(all.filter((at) => Math.floor(at / HOUR) === hour));
      });
      const committed = new Set<string>();
      let pending = new Set<string>();
      const keep = () => {
        for (const key of pending) committed.add(key);
        pending = new Set();
        hours.commit();
      };
      for (const one of steps) {
        if (one.do === 'accept') {
          const key = `${one.id} ${one.at}`;
          const fresh = !committed.has(key) && !pending.has(key);
          expect(hours.accept(hours.point(one.id), 1, one.at, 1, 0)).toBe(fresh);
          if (fresh) pending.add(key);
        } else if (one.do === 'rollback') {
          hours.rollback();
          pending = new Set();
        } else {
          keep();
          if (one.do === 'store') storeAll(hours, stored);
        }
      }
      keep();
      for (const point of hours.points.values()) {
        const newest = Math.max(...keysOf(committed, point.id));
        expect(point.newest?.at ?? Number.NEGATIVE_INFINITY).toBe(newest);
      }
    }),
  );
});

test('the cursor of the history stays before the first row of any open hour', () => {
  const hours = new OpenHours(() => new Set());
  const [a, b] = [hours.point('a.t'), hours.point('b.t')];
  expect(hours.safeSeq(9)).toBe(9);
  hours.accept(a, 7, 100, 1, 0);
  hours.accept(b, 8, 100, 1, 0);
  hours.commit();
  expect(hours.safeSeq(9)).toBe(6);
  for (const hour of [...a.hours.values()]) hours.drop(a, hour);
  expect(hours.safeSeq(9)).toBe(7);
});

function storeAll(hours: OpenHours, stored: Map<string, Set<number>>): void {
  for (const point of hours.points.values()) {
    for (const hour of [...point.hours.values()]) {
      const times = stored.get(point.id) ?? new Set();
      for (const at of hour.samples().at) times.add(at);
      stored.set(point.id, times);
      hours.drop(point, hour);
    }
  }
}

const keysOf = (keys: ReadonlySet<string>, id: string): number[] =>
  [...keys].filter((key) => key.startsWith(`${id} `)).map((key) => Number(key.split(' ')[1]));
