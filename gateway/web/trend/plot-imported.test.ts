import { expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { extremesOf, NOTHING_IMPORTED, strokesOf } from './plot-imported.ts';

const bucket = (minute: number, mean: number | null) => ({
  ...{ from: minute * MINUTE, count: 1, bad: 0 },
  ...{ min: mean, mean, max: mean },
});

test('imported values are joined to their neighbours alone', () => {
  const buckets = [bucket(0, 1), bucket(1, 2), bucket(3, 4), bucket(4, null), bucket(5, 6)];
  expect(strokesOf({ every: MINUTE, buckets })).toEqual([
    [
      [MINUTE / 2, 1],
      [1.5 * MINUTE, 2],
    ],
    [[3.5 * MINUTE, 4]],
    [[5.5 * MINUTE, 6]],
  ]);
});

test('the axis has room for them; where nothing was imported they ask for none', () => {
  expect(extremesOf({ every: MINUTE, buckets: [bucket(0, 3), bucket(1, null)] })).toEqual([3, 3]);
  expect(extremesOf(NOTHING_IMPORTED)).toEqual([]);
  expect(strokesOf(NOTHING_IMPORTED)).toEqual([]);
});
