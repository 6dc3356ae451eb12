import { expect, test } from 'vitest';
import { BUSY, failureOf, limited, MISCONFIGURED, REJECTED, rulingOfCode, rulingOfStatus } from './ruling.ts';

const answer = (status: number, retryAfter: number | null = null) => ({ status, text: 'words', retryAfter });
const RULINGS = { 45009: limited(60_000), Throttling: limited(), 93000: MISCONFIGURED };

test.each([
  [200, undefined],
  [204, undefined],
  [302, MISCONFIGURED],
  [400, REJECTED],
  [401, MISCONFIGURED],
  [404, MISCONFIGURED],
  [408, BUSY],
  [413, REJECTED],
  [429, limited()],
  [503, BUSY],
])('a status of %i', (status, ruling) => {
  expect(rulingOfStatus(status)).toEqual(ruling);
});

test('a code decides before the status, and a family stands for its members', () => {
  expect(rulingOfCode(answer(200), 0, '0', RULINGS)).toBeUndefined();
  expect(rulingOfCode(answer(200), 93000, '0', RULINGS)).toBe(MISCONFIGURED);
  expect(rulingOfCode(answer(400), 'Throttling.User', 'OK', RULINGS)).toEqual(limited());
  expect(rulingOfCode(answer(200), 'constructor', 'OK', RULINGS)).toBe(BUSY);
});

test('a code that nobody listed, and an answer without any, are tried again', () => {
  expect(rulingOfCode(answer(200), 12345, '0', RULINGS)).toBe(BUSY);
  expect(rulingOfCode(answer(400), 12345, '0', RULINGS)).toBe(BUSY);
  expect(rulingOfCode(answer(200), undefined, '0', RULINGS)).toBe(BUSY);
  expect(rulingOfCode(answer(404), undefined, '0', RULINGS)).toBe(MISCONFIGURED);
  expect(rulingOfCode(answer(429), 12345, '0', RULINGS)).toEqual(limited());
});

test('what they ask for in this answer stands above what their documents say', () => {
  expect(failureOf(limited(60_000), answer(429, 5_000))).toMatchObject({ retryAfter: 5_000, retry: true });
  expect(failureOf(limited(60_000), answer(429))).toMatchObject({ retryAfter: 60_000 });
  expect(failureOf(BUSY, answer(503, 7_000))).toMatchObject({ failure: 'refused', retryAfter: 7_000 });
});
