import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { Attempts } from './attempts.ts';

const fail = (attempts: Attempts, times: number, name = 'li', address = '10.0.0.1') => {
  for (let count = 0; count < times; count++) attempts.failed(name, address, 0);
};

test('four failures cost nothing, then each doubles the wait up to a minute', () => {
  const attempts = new Attempts();
  fail(attempts, 4);
  expect(attempts.wait('li', '10.0.0.1', 0)).toBe(0);
  const waits = Array.from({ length: 8 }, () => {
    fail(attempts, 1);
    return attempts.wait('li', '10.0.0.1', 0);
  });
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
});

test('another address may still try the name, and another person the address', () => {
  const attempts = new Attempts();
  fail(attempts, 10);
  expect(attempts.wait('li', '10.0.0.2', 0)).toBe(0);
  expect(attempts.wait('wang', '10.0.0.1', 0)).toBe(0);
});

test('one stranger who tries for hours does not lock the user out at another address', () => {
  const attempts = new Attempts();
  for (let now = 0; now < 240 * MINUTE; now += 1000) {
    if (attempts.wait('li', '10.0.0.66', now) === 0) attempts.failed('li', '10.0.0.66', now);
    expect(attempts.wait('li', '10.0.0.5', now)).toBe(0);
  }
});

test('an address that tries many names is slowed for all of them', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 25; count++) attempts.failed(`name-${count}`, '10.0.0.1', 0);
  expect(attempts.wait('wang', '10.0.0.1', 0)).toBeGreaterThan(0);
});

test('a name that is tried from many addresses is slowed for all of them', () => {
  const attempts = new Attempts();
  for (let count = 0; count < 60; count++) attempts.failed('li', `10.0.1.${count}`, 0);
  expect(attempts.wait('li', '10.0.0.9', 0)).toBeGreaterThan(0);
});

test('success and a quarter of an hour forget', () => {
  const attempts = new Attempts();
  fail(attempts, 6);
  attempts.succeeded('li', '10.0.0.1');
  expect(attempts.wait('li', '10.0.0.1', 0)).toBe(0);
  fail(attempts, 20);
  attempts.failed('li', '10.0.0.1', 16 * MINUTE);
  expect(attempts.wait('li', '10.0.0.1', 16 * MINUTE)).toBe(0);
});

test('whatever fails, nobody ever waits longer than a minute', () => {
  const tries = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(100)), { maxLength: 300 });
  fc.assert(
    fc.property(tries, (list) => {
      const attempts = new Attempts();
      let now = 0;
      for (const [name, address, passed] of list) {
        now += passed;
        attempts.failed(String(name), String(address), now);
        expect(attempts.wait(String(name), String(address), now)).toBeLessThanOrEqual(MINUTE);
      }
    }),
  );
});
