import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('doubles from the first delay and stops at the longest', () => {
  const delays = [0, 1, 2, 3, 50].map((n) => backoff(n, { first: 100, longest: 1000, random: () => 0 }));
  expect(delays).toEqual([100, 200, 400, 800, 1000]);
});

test('is never longer than the longest and never shorter than three quarters of the plan', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.float({ min: 0, max: Math.fround(0.999), noNaN: true }), (failures, roll) => {
      const delay = backoff(failures, { first: 50, longest: 60_000, random: () => roll });
      const full = Math.min(60_000, 50 * 2 ** Math.min(failures, 30));
      return delay <= full && delay >= Math.floor(full * 0.75);
    }),
  );
});
