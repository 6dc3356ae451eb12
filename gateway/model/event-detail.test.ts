import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventDetail } from './event-detail.ts';

const ZONE = 'Asia/Shanghai';

test('moments are told by the clock of the site, lengths, counts and texts as they are', () => {
  const until = Date.UTC(2026, 10, 19, 4, 2);
  expect(eventDetail({ until, comment: '校秤', by: -3_600_000, bytes: 2e12, cold: true }, ZONE)).toBe(
    'until: 2026-11-19 12:02:00, comment: 校秤, by: -3600000, bytes: 2000000000000, cold: true',
  );
  expect(eventDetail({ until }, 'Europe/Berlin')).toBe('until: 2026-11-19 05:02:00');
  expect(eventDetail({ from: '192.168.10.7', to: 12, until: null, at: [until] }, ZONE)).toBe(
    'from: 192.168.10.7, to: 12',
  );
});

test('no number under any name is too great or too odd to be told', () => {
  const value = fc.oneof(fc.double(), fc.maxSafeInteger());
  fc.assert(
    fc.property(fc.constantFrom('at', 'until', 'other'), value, (name, number) => {
      expect(eventDetail({ [name]: number }, ZONE)).toMatch(/^\w+: \S+( \d\d:\d\d:\d\d)?$/);
    }),
  );
});
