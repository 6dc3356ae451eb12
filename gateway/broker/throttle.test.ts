import { expect, test } from 'vitest';
import { Throttle } from './throttle.ts';

test('one passes in a period, and the next says how many were held back', () => {
  const throttle = new Throttle<string>(1000);
  expect([0, 1, 999, 1000, 1001].map((now) => throttle.pass('a', now))).toEqual([1, 0, 0, 3, 0]);
});

test('keys do not hold back each other', () => {
  const throttle = new Throttle<string>(1000);
  expect(['a', 'b', 'a'].map((key) => throttle.pass(key, 0))).toEqual([1, 1, 0]);
});
