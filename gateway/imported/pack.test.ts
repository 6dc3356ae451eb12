import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { gather, sumOf } from './bucket.ts';
import { packHour, unpackHour } from './pack.ts';

const hour = 480_000 * HOUR;
const samples = fc.uniqueArray(
  fc.record({
    place: fc.integer({ min: 0, max: HOUR - 1 }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  }),
  { selector: ({ place }) => place },
);

test('an hour is unpacked as it was packed', () => {
  fc.assert(
    fc.property(samples, (found) => {
      const packed = found.map(({ place, value }) => ({ at: hour + place, value }));
      expect(unpackHour(hour, packHour(hour, packed))).toEqual(packed);
    }),
  );
});

test('what is no pack is not taken for values', () => {
  expect(() => unpackHour(hour, Uint8Array.of(1, 2, 3, 4))).toThrow();
});

test('buckets of hours say the same as buckets of their samples', () => {
  const whole = fc.uniqueArray(
    fc.record({ at: fc.integer({ min: 0, max: 50 * HOUR }), value: fc.integer({ min: -99, max: 99 }) }),
    {
      selector: ({ at }) => at,
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(whole, fc.integer({ min: 1, max: 9 }), (found, hours) => {
      const sorted = found.toSorted((a, b) => a.at - b.at).map(sumOf);
      const byHour = gather(sorted, HOUR).map(({ from, count, min, max, mean }) => ({
        ...{ at: from, count, min: min ?? 0, max: max ?? 0, total: (mean ?? 0) * count },
      }));
      const [direct, summed] = [gather(sorted, hours * HOUR), gather(byHour, hours * HOUR)];
      expect(summed.map(({ from, count, min, max }) => [from, count, min, max])).toEqual(
        direct.map(({ from, count, min, max }) => [from, count, min, max]),
      );
      for (const [index, { mean }] of direct.entries())
        expect(summed[index]?.mean).toBeCloseTo(mean ?? Number.NaN, 9);
    }),
  );
});
