import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { decodeHour, encodeHour } from './hour-pack.ts';
import { mergeSamples, type Samples, sortSamples, summarise } from './samples.ts';

const HOUR_NO = 490_000;

const columns = (rows: readonly (readonly [number, number, number])[]): Samples => ({
  at: Float64Array.from(rows.map(([at]) => at)),
  value: Float64Array.from(rows.map(([, value, mark]) => (mark & 4 ? Number.NaN : value))),
  mark: Uint8Array.from(rows.map(([, , mark]) => mark)),
});

const value = fc.oneof(
  fc.integer({ min: -10_000, max: 10_000 }).map((n) => n / 10),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e-7, 2 ** 60, 0.1 + 0.2, -Number.MAX_VALUE, Number.MIN_VALUE),
);
const row = fc.tuple(
  fc.integer({ min: HOUR_NO * HOUR, max: HOUR_NO * HOUR + HOUR - 1 }),
  value,
  fc.constantFrom(0, 0, 0, 1 | (7 << 3), 2 | 4 | (1 << 3), 2 | (6 << 3)),
);
const rows = fc.oneof(fc.array(row, { maxLength: 40 }), fc.array(row, { minLength: 100, maxLength: 400 }));

test('an hour comes back bit by bit, whatever its values', () => {
  fc.assert(
    fc.property(rows, (input) => {
      const samples = sortSamples(columns(input));
      const back = decodeHour(HOUR_NO, encodeHour(HOUR_NO, samples));
      expect(back.at).toEqual(samples.at);
      expect(back.mark).toEqual(samples.mark);
      expect(back.value.every((x, index) => Object.is(x, samples.value[index]))).toBe(true);
    }),
  );
});

test('minus zero among decimals is not made plain zero', () => {
  const input = [0, 1.5, -0].map((x, i): [number, number, number] => [HOUR_NO * HOUR + i, x, 0]);
  const { value: back } = decodeHour(HOUR_NO, encodeHour(HOUR_NO, columns(input)));
  expect([...back]).toEqual([0, 1.5, -0]);
});

test('an hour of an instrument that speaks in tenths every ten seconds takes less than two bytes a reading', () => {
  const input = Array.from({ length: 360 }, (_, i): [number, number, number] => {
    return [HOUR_NO * HOUR + i * 10_000, Math.round(50 + 20 * Math.sin(i / 30)) / 10, 0];
  });
  expect(encodeHour(HOUR_NO, columns(input)).length).toBeLessThan(2 * 360);
});

test('merging keeps the first of two with the same time, as a map would', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const model = new Map<number, number>();
      for (const [at, x, mark] of [...a, ...b]) {
        if (!model.has(at)) model.set(at, mark & 4 ? Number.NaN : x);
      }
      const merged = mergeSamples(sortSamples(columns(a)), sortSamples(columns(b)));
      expect([...merged.at]).toEqual([...model.keys()].sort((x, y) => x - y));
      expect(merged.at.every((at, index) => Object.is(merged.value[index], model.get(at)))).toBe(true);
    }),
  );
});

test('a summary counts good and uncertain values only', () => {
  const samples = columns([
    [1, 5, 0],
    [2, 7, 1 | (7 << 3)],
    [3, 1000, 2 | (6 << 3)],
    [4, 0, 2 | 4 | (1 << 3)],
  ]);
  expect(summarise(samples)).toEqual({ count: 4, bad: 2, min: 5, mean: 6, max: 7 });
  expect(summarise(columns([[4, 0, 2 | 4 | (1 << 3)]]))).toMatchObject({ count: 1, bad: 1, mean: null });
});
