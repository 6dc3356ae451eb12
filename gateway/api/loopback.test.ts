import { expect, test } from 'vitest';
import { isLoopback } from './loopback.ts';

test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('%s is this machine', (address) => {
  expect(isLoopback(address)).toBe(true);
});

test.each([
  '10.0.0.1',
  '0.0.0.0',
  '::',
  '128.0.0.1',
  '1127.0.0.1',
  '127.0.0.1.example',
  '::ffff:10.0.0.1',
  '',
])('%s is another machine', (address) => expect(isLoopback(address)).toBe(false));
