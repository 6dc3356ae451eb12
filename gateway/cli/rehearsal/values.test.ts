import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseValues } from './values.ts';

const good = (value: number) => ({ value, quality: 'good', reason: null });

describe('values of a timeline', () => {
  test('a value stands as often as its count says, once without one', () => {
    expect(parseValues('5x2 -0.5')).toEqual([good(5), good(5), good(-0.5)]);
  });

  test('a ramp goes in equal steps, both ends included, without what binary fractions leave', () => {
    expect(parseValues('5~8x4').map((sample) => sample?.value)).toEqual([5, 6, 7, 8]);
    expect(parseValues('0~1x11').map((sample) => sample?.value)).toContain(0.3);
    expect(parseValues('2~-1x4').map((sample) => sample?.value)).toEqual([2, 1, 0, -1]);
  });

  test('silence, bad readings with their reason and uncertain ones', () => {
    expect(parseValues('_x2 b b:sensor-fault u9.5')).toEqual([
      null,
      null,
      { value: null, quality: 'bad', reason: 'comm-timeout' },
      { value: null, quality: 'bad', reason: 'sensor-fault' },
      { value: 9.5, quality: 'uncertain', reason: 'calibration' },
    ]);
  });

  test.each([
    '',
    '5x',
    'x5',
    '5x0',
    '5~',
    '5~8',
    'b:',
    'b:tired',
    'u',
    'u_',
    '1e3',
    '5,2',
    '_5',
    '5x1000001',
    '٣',
  ])('"%s" is refused with a word about it', (text) => {
    expect(() => parseValues(text)).toThrow(RangeError);
  });

  test('any text is samples or a RangeError, never more samples than the most', () => {
    const token = fc.oneof(
      fc.string({ maxLength: 8 }),
      fc
        .tuple(fc.constantFrom('5', '_', 'b', 'u1', '1~2', 'b:stale'), fc.nat(2_000_000))
        .map(([a, n]) => `${a}x${n}`),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 4 }), (tokens) => {
        try {
          expect(parseValues(tokens.join(' ')).length).toBeLessThanOrEqual(1_000_000);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 60 },
    );
  });
});
