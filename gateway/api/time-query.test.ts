import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '#model/time';
import { parseEvery, parseSpan, parseTime } from './time-query.ts';

const noon = Date.UTC(2026, 2, 1, 12);

describe('a time', () => {
  test.each([
    ['2026-03-01T12:00:00Z', noon],
    ['2026-03-01T20:00:00+08:00', noon],
    ['2026-03-01 12:00:00.250z', noon + 250],
    [String(noon), noon],
    ['0', 0],
  ])('%s is understood', (text, ms) => expect(parseTime(text, 'from')).toBe(ms));

  test.each([
    '',
    'now',
    '2026-03-01',
    '2026-03-01T12:00:00',
    '2026-13-01T12:00:00Z',
    '-1',
    '1e3',
    '1.5',
    '9'.repeat(30),
  ])('%j is refused by name', (text) => expect(() => parseTime(text, 'from')).toThrow(/^from is no time/));

  test('written as RFC 3339 or as ms is the same', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(noon * 2), noInvalidDate: true }), (date) => {
        expect(parseTime(date.toISOString(), 'to')).toBe(parseTime(String(date.getTime()), 'to'));
      }),
    );
  });
});

describe('a span', () => {
  test('without an end reaches up to and including now', () => {
    expect(parseSpan({ from: '5' }, noon, DAY)).toEqual({ from: 5, to: noon + 1 });
  });
  test('without a beginning has the usual length', () => {
    expect(parseSpan({ to: String(noon) }, noon, DAY)).toEqual({ from: noon - DAY, to: noon });
  });
  test('that is empty or backwards is refused', () => {
    expect(() => parseSpan({ from: '5', to: '5' }, noon, DAY)).toThrow('earlier');
    expect(() => parseSpan({ from: '6', to: '5' }, noon, DAY)).toThrow('earlier');
  });
});

test('a length of buckets is text or milliseconds, above nothing', () => {
  expect(parseEvery('1h')).toBe(HOUR);
  expect(parseEvery('250')).toBe(250);
  for (const text of ['0', '0s', '-5m', 'hour', '1.5', ''])
    expect(() => parseEvery(text), text).toThrow('every');
});
