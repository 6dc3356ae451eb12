import { expect, test } from 'vitest';
import { parseRetryAfter } from './retry-after.ts';

const NOW = Date.UTC(2026, 10, 22, 8, 0, 0);

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 22 Nov 2026 08:05:00 GMT', 300_000],
  ['Sun, 22 Nov 2026 07:00:00 GMT', 0],
  ['99999999999', 86_400_000],
  ['soon', null],
  ['-5', null],
  ['', null],
  [null, null],
])('Retry-After: %s waits %s ms', (header, wait) => {
  expect(parseRetryAfter(header, NOW)).toBe(wait);
});
