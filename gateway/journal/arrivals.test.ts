import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { type Arrivals, decodeArrivals, encodeArrivals, mergeArrivals } from './arrivals.ts';

const HOUR_NO = 489_000;
const START = HOUR_NO * HOUR;

const arrivals: fc.Arbitrary<Arrivals> = fc.uniqueArray(fc.nat(HOUR - 1), { maxLength: 80 }).chain((places) =>
  fc.record({
    at: fc.constant(places.map((place) => START + place).sort((a, b) => a - b)),
    arrived: fc.array(fc.nat(1000 * HOUR), { minLength: places.length, maxLength: places.length }),
  }),
);

test('arrivals are read back as they were written, whatever they are', () => {
  fc.assert(
    fc.property(arrivals, (all) => {
      expect(decodeArrivals(HOUR_NO, encodeArrivals(HOUR_NO, all))).toEqual(all);
    }),
  );
});

test('an hour of minutes that came in one message takes little more than four bytes a reading', () => {
  const at = Array.from({ length: 60 }, (_, minute) => START + minute * 60_000);
  const arrived = at.map(() => START + 72 * HOUR);
  expect(encodeArrivals(HOUR_NO, { at, arrived }).length).toBeLessThan(60 * 4 + 10);
});

test('merged, each time stands once and the first arrival stands', () => {
  fc.assert(
    fc.property(arrivals, arrivals, (first, second) => {
      const merged = mergeArrivals(first, second);
      expect(merged.at).toEqual([...new Set([...first.at, ...second.at])].sort((a, b) => a - b));
      for (const [i, at] of first.at.entries()) {
        expect(merged.arrived[merged.at.indexOf(at)]).toBe(first.arrived[i]);
      }
    }),
  );
});
