import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Conditions } from './model.ts';
import { seededRandom } from './random.ts';
import { cabinets, type RefrigeratedState, refrigerated } from './refrigerated.ts';

const WEEK = 7 * 86_400;
const normal: Conditions = { dt: 1, hour: 0, powered: true, faults: new Set() };

function run(
  kind: keyof typeof cabinets,
  seconds: number,
  change: Partial<Conditions> = {},
  from?: RefrigeratedState,
) {
  const random = seededRandom(1, kind);
  const model = refrigerated(cabinets[kind]);
  const states = [from ?? model.initial(random)];
  for (let second = 0; second < seconds; second++) {
    const state = states.at(-1) as RefrigeratedState;
    states.push(model.step(state, { ...normal, hour: (9 + second / 3600) % 24, ...change }, random));
  }
  return states;
}

const bounds = (values: readonly number[]) => [
  values.reduce((a, b) => Math.min(a, b)),
  values.reduce((a, b) => Math.max(a, b)),
];

describe('in the normal state', () => {
  test('a vaccine fridge stays between 2 and 8 °C for a week, doors and all', () => {
    const states = run('fridge', WEEK);
    const [low = 0, high = 0] = bounds(states.flatMap((state) => [state.upper, state.lower]));
    expect(low).toBeGreaterThan(2);
    expect(high).toBeLessThan(8);
    expect(states.filter((state) => state.doorOpen).length).toBeGreaterThan(1000);
  });

  test('a waste cold room stays below 5 °C, a freezer below -15 °C, an ultra-low freezer below -60 °C', () => {
    for (const [kind, limit] of [
      ['cold-room', 5],
      ['freezer', -15],
      ['ultra-freezer', -60],
    ] as const) {
      const [, high = 0] = bounds(run(kind, 3 * 86_400).map((state) => state.upper));
      expect(high, kind).toBeLessThan(limit);
    }
  });

  test('the compressor switches on and off, some times an hour', () => {
    const states = run('fridge', 86_400).slice(3600);
    const switched = states.filter(
      (state, index) => index > 0 && state.cooling !== states[index - 1]?.cooling,
    );
    expect(switched.length).toBeGreaterThan(48);
    expect(switched.length).toBeLessThan(1500);
  });
});

test('without power it warms towards the room, never beyond it, and says that the mains are gone', () => {
  const states = run('fridge', 12 * 3600, { powered: false });
  const hourly = states
    .filter((_, second) => second % 3600 === 0 && second > 3600)
    .map((state) => state.lower);
  expect(hourly).toEqual([...hourly].sort((a, b) => a - b));
  expect(hourly.at(-1)).toBeGreaterThan(8);
  expect(hourly.at(-1)).toBeLessThan(cabinets.fridge.ambient + 1.5);
  const last = states.at(-1) as RefrigeratedState;
  expect(refrigerated(cabinets.fridge).outputs(last)['power']).toBe(0);
});

test('an open door takes the upper probe above 8 °C within minutes and it comes back when shut', () => {
  const settled = run('fridge', 3600).at(-1) as RefrigeratedState;
  const open = run('fridge', 240, { faults: new Set(['door-open']) }, settled);
  expect(open.at(-1)?.upper).toBeGreaterThan(8);
  expect(open.at(-1)?.lower).toBeLessThan(open.at(-1)?.upper ?? 0);
  expect(run('fridge', 1200, {}, open.at(-1)).at(-1)?.upper).toBeLessThan(7);
});

test('without its compressor a fridge warms above 8 °C within hours, though the mains are there', () => {
  const states = run('fridge', 4 * 3600, { faults: new Set(['compressor-failure']) });
  const last = states.at(-1) as RefrigeratedState;
  expect(last.upper).toBeGreaterThan(8);
  expect(refrigerated(cabinets.fridge).outputs(last)['power']).toBe(1);
});

test('the negative pressure of a cold room suffers while the door is open', () => {
  const open = run('cold-room', 60, { faults: new Set(['door-open']) }).at(-1);
  expect(open?.pressure).toBeGreaterThan(-4);
  expect(run('cold-room', 120, {}, open).at(-1)?.pressure).toBeLessThan(-11);
});

test('no step, however long, leads outside what surrounds the cabinet', () => {
  const step = fc.record({
    dt: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
    hour: fc.double({ min: 0, max: 23.99, noNaN: true }),
    powered: fc.boolean(),
    faults: fc.constantFrom(new Set<never>(), new Set(['door-open'] as const)),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), fc.integer(), (steps, seed) => {
      const random = seededRandom(seed, 'bounded');
      const model = refrigerated(cabinets.freezer);
      let state = model.initial(random);
      for (const conditions of steps) state = model.step(state, conditions, random);
      // The compressor alone could pull the air down by its power times the time constant of the air.
      const lowest = cabinets.freezer.setpoint - cabinets.freezer.cooling * cabinets.freezer.wall - 2;
      for (const value of [state.air, state.mass, state.upper, state.lower]) {
        expect(value).toBeGreaterThan(lowest);
        expect(value).toBeLessThan(cabinets.freezer.ambient + 3);
      }
    }),
  );
});
