import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PhysicsFault } from '../faults/fault.ts';
import { drinkingWater } from './drinking-water.ts';
import { animate, type Conditions, type Model } from './model.ts';
import { pool, redox } from './pool.ts';
import { seededRandom } from './random.ts';
import { wastewater } from './wastewater.ts';

function run<State>(
  model: Model<State>,
  seconds: number,
  faults: readonly PhysicsFault[] = [],
  powered = true,
) {
  const process = animate(model, seededRandom(5, model.name));
  for (let second = 0; second < seconds; second++) {
    process.step({ dt: 1, hour: (9 + second / 3600) % 24, powered, faults: new Set(faults) });
  }
  return process.outputs();
}

const anything = fc.record({
  dt: fc.double({ min: 0.001, max: 1e5, noNaN: true }),
  hour: fc.double({ min: 0, max: 23.99, noNaN: true }),
  powered: fc.boolean(),
  faults: fc
    .subarray<PhysicsFault>(['dosing-failure', 'chlorine-loss', 'flood-of-bathers'])
    .map((faults) => new Set(faults)),
});

const series = fc.array(anything, { minLength: 1, maxLength: 40 });

test.each([
  [
    'drinking water',
    <Conditions>(steps: readonly Conditions[], seed: number) => ends(drinkingWater, steps, seed),
  ],
  ['a pool', <Conditions>(steps: readonly Conditions[], seed: number) => ends(pool, steps, seed)],
  ['wastewater', <Conditions>(steps: readonly Conditions[], seed: number) => ends(wastewater, steps, seed)],
])('%s: no chlorine, turbidity, load or flow is ever negative or not a number', (_, end) => {
  fc.assert(
    fc.property(series, fc.integer(), (steps, seed) => {
      for (const [key, value] of Object.entries(end(steps, seed))) {
        expect(Number.isFinite(value), key).toBe(true);
        if (key !== 'orp') expect(value, key).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

function ends<State>(model: Model<State>, steps: readonly unknown[], seed: number) {
  const process = animate(model, seededRandom(seed, model.name));
  for (const step of steps) process.step(step as Conditions);
  return process.outputs();
}

test('drinking water holds its chlorine, and loses it towards the town supply when dosing fails', () => {
  expect(run(drinkingWater, 4 * 3600)['free-chlorine']).toBeGreaterThan(0.35);
  const failed = run(drinkingWater, 4 * 3600, ['dosing-failure'])['free-chlorine'];
  expect(failed).toBeLessThan(0.2);
  expect(failed).toBeGreaterThan(0);
  expect(run(drinkingWater, 3600, ['dosing-failure', 'chlorine-loss'])['free-chlorine']).toBeLessThan(0.05);
});

test('without power no drinking water flows', () => {
  expect(run(drinkingWater, 60, [], false)['flow']).toBe(0);
});

test('redox rises 59.2 mV with ten times the chlorine and falls with the pH', () => {
  expect(redox(1, 7.4) - redox(0.1, 7.4)).toBeCloseTo(59.2, 6);
  expect(redox(0.6, 7.0)).toBeGreaterThan(redox(0.6, 7.8) + 15);
  // At the pKa half of the chlorine is acid: 59.2 × log10(2) below that of all of it.
  expect(redox(1, 7.53)).toBeCloseTo(765 - 59.2 * Math.log10(2), 6);
});

test('a crowd in the pool eats free chlorine and leaves combined chlorine', () => {
  const quiet = run(pool, 3 * 3600);
  const crowded = run(pool, 3 * 3600, ['flood-of-bathers']);
  expect(crowded['combined-chlorine']).toBeGreaterThan(0.4);
  expect(crowded['free-chlorine']).toBeLessThan((quiet['free-chlorine'] ?? 0) - 0.1);
  expect(quiet['combined-chlorine']).toBeLessThan(0.4);
  expect(quiet['orp']).toBeGreaterThan(650);
});

test('the pool keeps its pH between the bounds of its dosing for two days', () => {
  const process = animate(pool, seededRandom(2, 'ph'));
  for (let second = 0; second < 2 * 86_400; second++) {
    process.step({ dt: 1, hour: (second / 3600) % 24, powered: true, faults: new Set() });
    const ph = process.outputs()['ph'] ?? 0;
    if (ph < 7.3 || ph > 7.55) expect.fail(`pH ${ph} after ${second} s`);
  }
});

test('the contact tank keeps 2 to 8 mg/L, and falls below 2 within hours of a dosing failure', () => {
  const held = run(wastewater, 6 * 3600)['total-chlorine'] ?? 0;
  expect(held).toBeGreaterThan(2);
  expect(held).toBeLessThan(8);
  expect(run(wastewater, 2 * 3600, ['dosing-failure'])['total-chlorine']).toBeLessThan(2);
});
