import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRefusal, refusesAll, splitLines } from './refusal.ts';

const CONFLICT =
  'partial write: field type conflict: input field "value" on measurement "ph" is type float, already exists as type string dropped=2';

test.each([
  [
    'partial write: points beyond retention policy dropped=3',
    { reason: 'beyond-retention', dropped: 3, measurement: null },
  ],
  [
    'failure writing points to database: partial write: dropped 3 points outside retention policy of duration 1h0m0s - oldest point temperature at 2026-11-01T00:00:00Z dropped for violating retention policy lower bound dropped=3',
    { reason: 'beyond-retention', dropped: 3, measurement: null },
  ],
  [CONFLICT, { reason: 'type-conflict', dropped: 2, measurement: 'ph' }],
  [
    'partial write: max-values-per-tag limit exceeded (100000/100000): measurement="ph" tag="point" value="x" dropped=1',
    { reason: 'over-limit', dropped: 1, measurement: null },
  ],
  [
    "unable to parse 'ph value=': missing field value",
    { reason: 'invalid-line', dropped: null, measurement: null },
  ],
  ['', { reason: 'invalid-line', dropped: null, measurement: null }],
])('%s', (said, refusal) => {
  expect(readRefusal(said)).toEqual(refusal);
});

test('only a server that speaks of lines, and of as many as were sent, refuses them all', () => {
  expect(refusesAll(readRefusal(CONFLICT), 2)).toBe(true);
  expect(refusesAll(readRefusal(CONFLICT), 3)).toBe(false);
  expect(refusesAll(readRefusal('unable to parse dropped=2'), 2)).toBe(false);
});

test('a split loses no line, doubles none, keeps the order of each half and makes both smaller', () => {
  const line = fc.constantFrom('ph', 'turbidity', 'p').map((name) => `${name},point=x value=1`);
  fc.assert(
    fc.property(fc.array(line, { minLength: 2 }), fc.constantFrom('ph', 'p', null), (texts, measurement) => {
      const lines = texts.map((text, index) => `${text} ${index}`);
      const parts = splitLines(lines, measurement);
      expect(parts.flat().toSorted()).toEqual(lines.toSorted());
      for (const part of parts) {
        expect(part.length).toBeLessThan(lines.length);
        expect(part).toEqual(lines.filter((text) => part.includes(text)));
      }
    }),
  );
});

test('the measurement that is blamed comes apart from those whose name begins alike', () => {
  const lines = ['p,point=x value=1 1', 'ph,point=x value=1 1', 'p,point=x value=1 2'];
  expect(splitLines(lines, 'p')).toEqual([[lines[0], lines[2]], [lines[1]]]);
});
