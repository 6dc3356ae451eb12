import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KineticMeanRule } from '#model/rule';
import { DAY, MINUTE } from '#model/time';
import { ruleLike } from '../../../../test/kit/alarm-rules.ts';
import { goodReading } from '../../../../test/kit/alarms-engine.ts';
import { kineticMean, kineticMeanSignal } from './kinetic-mean.ts';

const times = (count: number, celsius: number): number[] => Array<number>(count).fill(celsius);

/** Computed by hand of the formula of USP <1079.2> with ΔH/R = 10,000 K, to four places. */
const VECTORS: readonly [values: readonly number[], mkt: number][] = [
  [[5, 5, 5, 5], 5],
  [[2, 8], 5.5364],
  [[2, 3, 4, 5, 6, 7, 8], 5.2423],
  [[...times(23, 5), 25], 7.7564],
  [[...times(47, 5), 12], 5.2253],
  [[20, 25, 30], 25.8582],
  [[...times(51, 25), 40], 25.658],
  [[-20, -15], -17.0567],
  [[-80, -60], -63.0692],
  [[8, 8, 8, 15], 10.3517],
];

test.each(VECTORS)('the mean kinetic temperature of %j is %d', (values, mkt) => {
  expect(kineticMean(values.map((celsius) => ({ celsius, weight: 1 })))).toBeCloseTo(mkt, 4);
});

/** What the signal says after the values, one a minute, and one more that ends the last. */
function said(values: readonly number[]): number | null {
  const rule = ruleLike({ kind: 'kinetic-mean', within: values.length * MINUTE }) as KineticMeanRule;
  const signal = kineticMeanSignal(rule, MINUTE);
  let state = signal.initial;
  let value: number | null = null;
  for (const [index, each] of [...values, 0].entries()) {
    const next = signal.step(state, goodReading(each, 20_000 * DAY + index * MINUTE));
    state = next.state;
    value = next.sample?.value ?? null;
  }
  return value;
}

test.each(VECTORS)('the signal says the same of %j', (values, mkt) => {
  expect(said(values)).toBeCloseTo(mkt, 4);
});

const weighted = fc.array(
  fc.record({
    celsius: fc.double({ min: -90, max: 60, noNaN: true }),
    weight: fc.double({ min: 0.1, max: 1_000, noNaN: true }),
  }),
  { minLength: 1, maxLength: 50 },
);

test('it is never below the mean, and equal to it only where nothing changes', () => {
  fc.assert(
    fc.property(weighted, (values) => {
      const weight = values.reduce((total, each) => total + each.weight, 0);
      const mean = values.reduce((total, each) => total + each.weight * each.celsius, 0) / weight;
      const kinetic = kineticMean(values);
      expect(kinetic).toBeGreaterThanOrEqual(mean - 1e-9);
      expect(kinetic).toBeLessThanOrEqual(Math.max(...values.map(({ celsius }) => celsius)) + 1e-9);
      const spread = Math.max(...values.map(({ celsius }) => Math.abs(celsius - mean)));
      if (spread > 1) expect(kinetic).toBeGreaterThan(mean);
    }),
  );
});
