import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Quality } from '#model/quality';
import type { Reading } from '#model/reading';
import { withWorst } from './worst.ts';

const alarm = (id: 'high' | 'low', more: Partial<Alarm> = {}): Alarm =>
  ({
    id: 'a',
    point: 'p',
    rule: { kind: 'limit', id },
    since: 100,
    clearedAt: null,
    worst: 9,
    ...more,
  }) as Alarm;
const reading = (value: number | null, at = 200, quality: Quality = 'good'): Reading => ({
  ...{ point: 'p', at, value, quality },
  reason: quality === 'good' ? null : 'sensor-fault',
});
const after = (one: Alarm, readings: readonly Reading[]): number | undefined =>
  readings
    .reduce<ReadonlyMap<string, number>>(
      (worst, last) => withWorst(worst, new Map([['a', one]]), new Map([['p', last]])),
      new Map(),
    )
    .get('a');

test('goes up for a high limit and down for a low one, and never back', () => {
  const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(values, (list) => {
      const readings = list.map((value) => reading(value));
      expect(after(alarm('high'), readings)).toBe(Math.max(9, ...list));
      expect(after(alarm('low'), readings)).toBe(Math.min(9, ...list));
    }),
  );
});

test('takes nothing from a failed read, from before the alarm, or from after its end', () => {
  expect(after(alarm('high'), [reading(30, 200, 'bad'), reading(null), reading(30, 99)])).toBe(9);
  expect(after(alarm('high', { clearedAt: 150 }), [reading(30)])).toBe(9);
});

test('an alarm for silence has none', () => {
  const silence = alarm('high', { rule: { kind: 'no-data', id: 'no-data' } as Alarm['rule'], worst: null });
  expect(after(silence, [reading(30)])).toBeUndefined();
});
