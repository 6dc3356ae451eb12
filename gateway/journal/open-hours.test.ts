import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#model/time';
import { type Acceptance, OpenHours } from './open-hours.ts';
import { between, emptySamples, mergeSamples, type Samples } from './samples.ts';

type Step =
  | { readonly do: 'accept'; readonly id: string; readonly at: number; readonly value: number }
  | { readonly do: 'commit' | 'rollback' | 'store' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('accept' as const),
      id: fc.constantFrom('a.t', 'b.t'),
      at: fc.integer({ min: 0, max: 3 * HOUR }).map((at) => Math.floor(at / 600_000) * 600_000),
      value: fc.constantFrom(1, 2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('commit', 'rollback', 'store') }) },
);

/** When each reading arrives in these tests: some are late by it, some are not. */
const ARRIVED = 2 * HOUR;
const row = { seq: 1, arrived: ARRIVED };

test('(point, at) is accepted once, and another value is told from a repeat, whatever was stored or taken back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const stored = new Map<string, Samples>();
      const hours = new OpenHours((point, hour) =>
        between(stored.get(point.id) ?? emptySamples(), hour * HOUR, (hour + 1) * HOUR),
      );
      let committed = new Map<string, number>();
      let pending = new Map<string, number>();
      const keep = () => {
        committed = new Map([...committed, ...pending]);
        pending = new Map();
        hours.commit();
      };
      for (const one of steps) {
        if (one.do === 'accept') {
          const key = `${one.id} ${one.at}`;
          const known = committed.get(key) ?? pending.get(key);
          const expected: Acceptance =
            known === undefined ? 'new' : known === one.value ? 'repeat' : 'conflict';
          expect(hours.accept(hours.point(one.id), row, { at: one.at, value: one.value, mark: 0 })).toBe(
            expected,
          );
          if (expected === 'new') pending.set(key, one.value);
        } else if (one.do === 'rollback') {
          hours.rollback();
          pending = new Map();
        } else {
          keep();
          if (one.do === 'store') storeAll(hours, stored);
        }
      }
      keep();
      for (const point of hours.points.values()) {
        const times = keysOf(committed, point.id);
        expect(point.newest?.at ?? Number.NEGATIVE_INFINITY).toBe(Math.max(...times));
        for (const hour of point.hours.values()) {
          const { at } = hour.samples();
          expect(hour.arrivals().at).toEqual([...at].filter((time) => ARRIVED - time > 2 * MINUTE));
        }
      }
    }),
  );
});

test('a repeat whose clock is judged otherwise now is a repeat', () => {
  const hours = new OpenHours(() => emptySamples());
  const point = hours.point('a.t');
  hours.accept(point, row, { at: 5, value: 1, mark: 0 });
  expect(hours.accept(point, row, { at: 5, value: 1, mark: 1 })).toBe('repeat');
  // A failed read (bit 2: no value) at the time of a measured one says something else.
  expect(hours.accept(point, row, { at: 5, value: Number.NaN, mark: 6 })).toBe('conflict');
  hours.accept(point, row, { at: 6, value: Number.NaN, mark: 6 });
  expect(hours.accept(point, row, { at: 6, value: 0, mark: 6 })).toBe('repeat');
});

test('the cursor of the history stays before the first row of any open hour', () => {
  const hours = new OpenHours(() => emptySamples());
  const [a, b] = [hours.point('a.t'), hours.point('b.t')];
  expect(hours.safeSeq(9)).toBe(9);
  hours.accept(a, { seq: 7, arrived: 100 }, { at: 100, value: 1, mark: 0 });
  hours.accept(b, { seq: 8, arrived: 100 }, { at: 100, value: 1, mark: 0 });
  hours.commit();
  expect(hours.safeSeq(9)).toBe(6);
  for (const hour of [...a.hours.values()]) hours.drop(a, hour);
  expect(hours.safeSeq(9)).toBe(7);
});

function storeAll(hours: OpenHours, stored: Map<string, Samples>): void {
  for (const point of hours.points.values()) {
    for (const hour of [...point.hours.values()]) {
      stored.set(point.id, mergeSamples(stored.get(point.id) ?? emptySamples(), hour.samples()));
      hours.drop(point, hour);
    }
  }
}

const keysOf = (keys: ReadonlyMap<string, number>, id: string): number[] =>
  [...keys.keys()].filter((key) => key.startsWith(`${id} `)).map((key) => Number(key.split(' ')[1]));
