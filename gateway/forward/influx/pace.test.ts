import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('a batch is followed by a short rest, a long one by a longer', () => {
  const pace = new Pace();
  expect(pace.restAfter(90)).toBeCloseTo(10);
  expect(pace.restAfter(900)).toBeCloseTo(100);
});

test('while the main thread comes late the rests grow, and shrink again when it is in time', () => {
  const pace = new Pace();
  for (let look = 0; look < 10; look++) pace.felt(80);
  expect(pace.restAfter(100)).toBeCloseTo(900);
  for (let look = 0; look < 100; look++) pace.felt(1);
  expect(pace.restAfter(90)).toBeCloseTo(10);
});

test('no rest is so long that a slow server is hardly asked', () => {
  const pace = new Pace();
  for (let look = 0; look < 10; look++) pace.felt(80);
  expect(pace.restAfter(60_000)).toBe(5000);
});
