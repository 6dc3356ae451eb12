import { expect, test } from 'vitest';
import { decayTank } from './decay-tank.ts';
import { radiation } from './radiation.ts';
import { seededRandom } from './random.ts';

const still = { dt: 1, hour: 2, powered: true, faults: new Set<never>() };

test('background at night is near 0.1 µSv/h and scatters as counting statistics says', () => {
  const random = seededRandom(4, 'detector');
  let state = radiation.initial(random);
  const shown: number[] = [];
  for (let second = 0; second < 40_000; second++) {
    state = radiation.step(state, still, random);
    if (second % 200 === 199) shown.push(state.shown);
  }
  const mean = shown.reduce((sum, value) => sum + value) / shown.length;
  const deviation = Math.sqrt(shown.reduce((sum, value) => sum + (value - mean) ** 2, 0) / shown.length);
  expect(mean).toBeCloseTo(0.1, 2);
  // 6 counts a second, averaged over two time constants of 30 s: 360 counts, 1/sqrt(360) of the reading.
  expect(deviation / mean).toBeGreaterThan(0.04);
  expect(deviation / mean).toBeLessThan(0.07);
});

test('a source takes the reading far beyond 2.5 µSv/h and it falls back when the source is gone', () => {
  const random = seededRandom(4, 'source');
  let state = radiation.initial(random);
  for (let second = 0; second < 30; second++) {
    state = radiation.step(state, { ...still, faults: new Set(['source-passage']) }, random);
  }
  expect(state.shown).toBeGreaterThan(2.5);
  for (let second = 0; second < 300; second++) state = radiation.step(state, still, random);
  expect(state.shown).toBeLessThan(0.2);
});

test('patients pass by day and not at night', () => {
  const passages = (hour: number) => {
    const random = seededRandom(9, 'ward');
    let state = radiation.initial(random);
    let count = 0;
    for (let second = 0; second < 20_000; second++) {
      const next = radiation.step(state, { ...still, hour }, random);
      if (next.near > 0 && state.near <= 0) count++;
      state = next;
    }
    return count;
  };
  expect(passages(10)).toBeGreaterThan(3);
  expect(passages(3)).toBe(0);
});

test('a decay tank fills, is emptied when full, and its level stays inside the tank', () => {
  const random = seededRandom(6, 'tank');
  let state = decayTank.initial(random);
  let emptied = 0;
  for (let minute = 0; minute < 20 * 1440; minute++) {
    const next = decayTank.step(state, { ...still, dt: 60, hour: (minute / 60) % 24 }, random);
    if (next.draining && !state.draining) emptied++;
    state = next;
    if (state.level < 0 || state.level > 2.3 || state.shown <= 0) expect.fail(`level ${state.level} m`);
  }
  expect(emptied).toBeGreaterThan(1);
});
