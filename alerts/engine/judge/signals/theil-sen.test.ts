import fc from 'fast-check';
import { expect, test } from 'vitest';
import { theilSen } from './theil-sen.ts';

const xs = Array.from({ length: 24 }, (_, index) => index);

test('a line is found as it is', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -100, max: 100 }), (slope, level) => {
      const trend = theilSen(
        xs.map((x) => ({ x, y: level + slope * x })),
        2.33,
      );
      expect(trend).toMatchObject({ slope, least: slope, most: slope, level });
    }),
  );
});

test('six wild dots of twenty-four do not tilt it', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(xs, { minLength: 6, maxLength: 6 }),
      fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 6, maxLength: 6 }),
      (where, what) => {
        const wild = new Map(where.map((x, index) => [x, what[index] ?? 0]));
        expect(
          theilSen(
            xs.map((x) => ({ x, y: wild.get(x) ?? 3 + 2 * x })),
            2.33,
          )?.slope,
        ).toBe(2);
      },
    ),
  );
});

test('the bounds hold the slope between them, and of noise they hold zero', () => {
  let outside = 0;
  const noise = fc.sample(
    fc.array(fc.double({ min: -1, max: 1, noNaN: true, noDefaultInfinity: true }), {
      minLength: 24,
      maxLength: 24,
    }),
    { numRuns: 500, seed: 7 },
  );
  for (const ys of noise) {
    const trend = theilSen(
      xs.map((x) => ({ x, y: ys[x] ?? 0 })),
      2.33,
    );
    if (trend === null) throw new Error('no trend');
    expect(trend.least).toBeLessThanOrEqual(trend.slope);
    expect(trend.most).toBeGreaterThanOrEqual(trend.slope);
    if (trend.least > 0 || trend.most < 0) outside++;
  }
  // 1 % on each side; what fast-check calls a double at random is not quite even.
  expect(outside).toBeLessThan(25);
});

test('of two dots there is no trend', () => {
  expect(
    theilSen(
      [
        { x: 0, y: 0 },
        { x: 1, y: 5 },
      ],
      2,
    ),
  ).toBeNull();
});
