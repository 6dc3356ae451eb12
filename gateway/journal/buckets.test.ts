import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { BucketTally, isWhole } from './buckets.ts';

test('an hour is whole when every millisecond of it lies in the span and in one bucket', () => {
  const size = fc.oneof(
    fc.integer({ min: 1, max: 30 * HOUR }),
    fc.integer({ min: 1, max: 5 }).map((n) => n * HOUR),
  );
  fc.assert(
    fc.property(fc.nat(50), size, fc.nat(40 * HOUR), fc.nat(90 * HOUR), (hour, every, from, length) => {
      const span = { from, to: from + length, every };
      const [first, last] = [hour * HOUR, (hour + 1) * HOUR - 1];
      const inSpan = first >= span.from && last < span.to;
      expect(isWhole(hour, span)).toBe(inSpan && Math.floor(first / every) === Math.floor(last / every));
    }),
  );
});

test('summaries add up by their weight, and a mean never leaves its bounds', () => {
  const tally = new BucketTally(1000);
  tally.add(2500, { count: 3, bad: 1, min: 0.1, mean: 0.1, max: 0.1 });
  tally.add(2999, { count: 1, bad: 0, min: 0.1, mean: 0.1, max: 0.1 });
  tally.add(0, { count: 2, bad: 2, min: null, mean: null, max: null });
  expect(tally.buckets()).toEqual([
    { from: 0, count: 2, bad: 2, min: null, mean: null, max: null },
    { from: 2000, count: 4, bad: 1, min: 0.1, mean: 0.1, max: 0.1 },
  ]);
});
