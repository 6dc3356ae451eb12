import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normal, poisson, seededRandom } from './random.ts';

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}

test('the same seed and name give the same numbers, another seed or name others', () => {
  fc.assert(
    fc.property(fc.integer(), fc.string(), fc.string(), (seed, name, other) => {
      const numbers = draw(20, seededRandom(seed, name));
      expect(draw(20, seededRandom(seed, name))).toEqual(numbers);
      expect(draw(20, seededRandom(seed + 1, name))).not.toEqual(numbers);
      if (other !== name) expect(draw(20, seededRandom(seed, other))).not.toEqual(numbers);
    }),
  );
});

test('numbers lie in [0, 1), evenly in ten bins', () => {
  const numbers = draw(100_000, seededRandom(7, 'bins'));
  const bins = Array.from(
    { length: 10 },
    (_, bin) => numbers.filter((n) => Math.floor(n * 10) === bin).length,
  );
  expect(bins.reduce((sum, count) => sum + count)).toBe(100_000);
  // Standard deviation of a bin is 95: five of them.
  for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(475);
});

test('normal numbers have mean 0 and variance 1', () => {
  const random = seededRandom(3, 'normal');
  const numbers = draw(50_000, () => normal(random));
  expect(mean(numbers)).toBeCloseTo(0, 1);
  expect(variance(numbers)).toBeCloseTo(1, 1);
});

test.each([0.2, 3, 40, 59, 61, 500])(
  'Poisson counts of mean %d have that mean and that variance',
  (expected) => {
    const random = seededRandom(11, `poisson ${expected}`);
    const counts = draw(40_000, () => poisson(random, expected));
    expect(counts.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
    // Five standard errors of the mean; of a Poisson variance, whose own relative error is sqrt((2 + 1/mean) / n).
    expect(Math.abs(mean(counts) - expected)).toBeLessThan(5 * Math.sqrt(expected / 40_000));
    expect(Math.abs(variance(counts) / expected - 1)).toBeLessThan(
      5 * Math.sqrt((2 + 1 / expected) / 40_000) + 0.01,
    );
  },
);
