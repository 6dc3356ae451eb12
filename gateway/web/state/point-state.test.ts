import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Quality } from '#model/quality';
import type { Reading } from '#model/reading';
import type { Severity } from '#model/standard';
import { byUrgency, pointState } from './point-state.ts';

const every = 10_000;
const now = 1_000_000;
const reading = (quality: Quality, age = 0, value: number | null = 4): Reading => ({
  point: 'a.b',
  at: now - age,
  value,
  quality,
  reason: quality === 'good' ? null : 'sensor-fault',
});
const alarm = (severity: Severity, more: Partial<Alarm> = {}): Alarm =>
  ({
    id: severity,
    rule: { severity },
    state: 'unacknowledged',
    clearedAt: null,
    shelvedUntil: null,
    suppressedBy: null,
    outOfService: false,
    raisedAt: 1,
    ...more,
  }) as Alarm;
const state = (value: Reading | undefined, ...alarms: Alarm[]) =>
  pointState({ reading: value, alarms, every, now, outOfService: false });

test('a point out of service is never normal, whatever it says', () => {
  for (const value of [undefined, reading('good'), reading('bad'), reading('good', 9 * every)])
    for (const alarms of [[], [alarm('critical')]])
      expect(pointState({ reading: value, alarms, every, now, outOfService: true })).toBe('out-of-service');
});

describe('a point', () => {
  test('without a reading has none', () => expect(state(undefined, alarm('critical'))).toBe('none'));
  test('with a good value is normal', () => expect(state(reading('good'))).toBe('normal'));
  test('with a doubtful value is uncertain', () => expect(state(reading('uncertain'))).toBe('uncertain'));
  test('shows its worst lasting alarm', () => {
    expect(state(reading('good'), alarm('notice'), alarm('critical'), alarm('warning'))).toBe('critical');
    expect(state(reading('good'), alarm('critical', { clearedAt: 5 }), alarm('notice'))).toBe('notice');
  });
  test('that missed two periods and more is stale, whatever it said', () => {
    expect(state(reading('good', 3 * every))).toBe('normal');
    expect(state(reading('good', 3 * every + 5001))).toBe('stale');
    expect(state(reading('bad', 4 * every))).toBe('stale');
  });
});

test('a failed read is never shown as a value, whatever alarms last', () => {
  const severities = fc.array(fc.constantFrom<Severity>('notice', 'warning', 'critical'));
  fc.assert(
    fc.property(severities, fc.option(fc.double()), (list, value) => {
      expect(state(reading('bad', 0, value), ...list.map((severity) => alarm(severity)))).toBe('bad');
    }),
  );
});

test('alarms stand in the order in which someone should look', () => {
  const sorted = [
    alarm('critical', { id: 'shelved', shelvedUntil: 99 }),
    alarm('warning', { id: 'explained', suppressedBy: 'x' }),
    alarm('notice', { id: 'away', outOfService: true }),
    alarm('warning', { id: 'warning' }),
    alarm('critical', { id: 'returned', clearedAt: 5, state: 'returned' }),
    alarm('critical', { id: 'in hand', state: 'acknowledged' }),
    alarm('critical', { id: 'older' }),
    alarm('critical', { id: 'newer', raisedAt: 2 }),
  ].sort(byUrgency);
  expect(sorted.map(({ id }) => id)).toEqual([
    'newer',
    'older',
    'in hand',
    'returned',
    'warning',
    'shelved',
    'explained',
    'away',
  ]);
});
