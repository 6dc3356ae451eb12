import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bucket } from '#model/journal';
import type { Reading } from '#model/reading';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { bucketLength, bucketOfReading, seriesOfBuckets, seriesOfReadings, summarize } from './series.ts';

const every = 10 * SECOND;
const good = (at: number, value = 4): Reading => ({ point: 'a.b', at, value, quality: 'good', reason: null });
const bad = (at: number): Reading => ({ ...good(at), value: null, quality: 'bad', reason: 'frozen' });
const bucket = (from: number, more: Partial<Bucket> = {}): Bucket => ({
  from,
  count: 6,
  bad: 0,
  min: 1,
  mean: 2,
  max: 3,
  ...more,
});

describe('a line of readings', () => {
  test('is broken where readings are missing', () => {
    const { times, mean } = seriesOfReadings([good(0), good(every), good(5 * every)], every);
    expect(times).toEqual([0, every, 2 * every, 5 * every]);
    expect(mean).toEqual([4, 4, null, 4]);
  });

  test('is broken and marked at a bad reading, even if that carries a number', () => {
    const { mean, bad: marks } = seriesOfReadings(
      [good(0), { ...bad(every), value: 99 }, good(2 * every)],
      every,
    );
    expect(mean).toEqual([4, null, 4]);
    expect(marks).toEqual([every]);
  });

  test('never joins two readings over a gap', () => {
    const times = fc.uniqueArray(fc.nat(1000), { minLength: 2 }).map((list) => list.sort((a, b) => a - b));
    fc.assert(
      fc.property(times, (list) => {
        const series = seriesOfReadings(
          list.map((second) => good(second * SECOND)),
          every,
        );
        const joined = series.times.filter((at, index) => {
          const next = series.times[index + 1] ?? at;
          const open = series.mean[index] !== null && series.mean[index + 1] !== null;
          return open && next - at > 2.5 * every;
        });
        expect(joined).toEqual([]);
        expect(series.times.toSorted((a, b) => a - b)).toEqual(series.times);
      }),
    );
  });
});

test('a missing bucket breaks the band, a bucket of bad readings only is a hole with a mark', () => {
  const empty = { bad: 6, min: null, mean: null, max: null };
  const series = seriesOfBuckets([bucket(0), bucket(3 * HOUR), bucket(4 * HOUR, empty)], HOUR);
  expect(series.mean).toEqual([2, null, 2, null]);
  expect(series.min).toEqual([1, null, 1, null]);
  expect(series.bad).toEqual([4.5 * HOUR]);
});

describe('buckets', () => {
  test('are not needed for few readings', () => expect(bucketLength(HOUR, every)).toBeNull());
  test.each([
    [DAY, 5 * MINUTE],
    [7 * DAY, 30 * MINUTE],
    [30 * DAY, 2 * HOUR],
  ])('of %d ms are of a round length', (span, length) => expect(bucketLength(span, every)).toBe(length));

  test('are never shorter than the period, nor too many for a screen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: HOUR, max: 4000 * DAY }),
        fc.integer({ min: SECOND, max: HOUR }),
        (span, period) => {
          const length = bucketLength(span, period);
          if (length === null) {
            expect(span / period).toBeLessThanOrEqual(2000);
          } else {
            expect(length).toBeGreaterThanOrEqual(period);
            expect(span / length).toBeLessThanOrEqual(500);
          }
        },
      ),
    );
  });
});

test('the summary of readings and of their buckets is the same', () => {
  const readings = [good(0, 1), good(1, 5), bad(2), good(3, 3)];
  const whole = summarize(readings.map(bucketOfReading));
  expect(whole).toEqual({ count: 4, bad: 1, min: 1, mean: 3, max: 5 });
  const parts = [
    bucket(0, { count: 2, min: 1, mean: 3, max: 5 }),
    bucket(2, { count: 2, bad: 1, min: 3, mean: 3, max: 3 }),
  ];
  expect(summarize(parts)).toEqual(whole);
  expect(summarize([])).toEqual({ count: 0, bad: 0, min: null, mean: null, max: null });
});

test('when a reading came is known of those that came late, and of no bucket', () => {
  const reading = { point: 'p', value: 1, quality: 'good', reason: null } as const;
  const { arrived } = seriesOfReadings(
    [
      { ...reading, at: 1 },
      { ...reading, at: 2, arrived: 900_000 },
    ],
    1,
  );
  expect([...arrived]).toEqual([[2, 900_000]]);
  expect(seriesOfBuckets([bucket(1, { count: 1 })], 1).arrived.size).toBe(0);
});
