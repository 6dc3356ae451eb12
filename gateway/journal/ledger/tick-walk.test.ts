import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { isPlausible, type Missed, TickWalk } from './tick-walk.ts';

const START = 1_700_000_000_000;

interface Walked {
  readonly stored: readonly number[];
  readonly extra: readonly number[];
  readonly missed: readonly Missed[];
  readonly missing: number;
}

function walk(times: readonly number[], every: number, until: number, from = START): Walked {
  const stored: number[] = [];
  const extra: number[] = [];
  const missed: Missed[] = [];
  const ticks = new TickWalk(
    { every, from },
    {
      stored: (tick) => stored.push(tick),
      extra: (at) => extra.push(at),
      missed: (more) => missed.push(more),
    },
  );
  for (const at of times) ticks.reading(at, 0);
  ticks.end(until);
  return { stored, extra, missed, missing: missed.reduce((sum, { count }) => sum + count, 0) };
}

/** The times of `count` readings, `every` ms apart. */
const series = (count: number, every: number, from = START): number[] =>
  Array.from({ length: count }, (_, n) => Math.round(from + n * every));

test('readings on time leave nothing missing and nothing over', () => {
  const found = walk(series(60, MINUTE), MINUTE, START + HOUR);
  expect(found).toMatchObject({ missing: 0, extra: [] });
  expect(found.stored).toHaveLength(60);
});

test('a hole says which ticks are missing, and between which readings', () => {
  const times = series(10, MINUTE).filter((_, n) => n < 3 || n > 5);
  expect(walk(times, MINUTE, START + 10 * MINUTE).missed).toEqual([
    {
      first: START + 3 * MINUTE,
      every: MINUTE,
      count: 3,
      after: START + 2 * MINUTE,
      before: START + 6 * MINUTE,
    },
  ]);
});

test('a source that delivers every 1.4 periods is missing 0.4 of each', () => {
  const found = walk(series(1000, 1.4 * MINUTE), MINUTE, START + 1400 * MINUTE);
  expect(found.missing).toBeGreaterThan(370);
  expect(found.missing).toBeLessThan(401);
});

test('a source that delivers every 1.6 periods is missing 0.6 of each', () => {
  const found = walk(series(1000, 1.6 * MINUTE), MINUTE, START + 1600 * MINUTE);
  expect(found.missing).toBeGreaterThan(560);
  expect(found.missing).toBeLessThan(601);
});

test.each([0.99, 0.999, 1.001, 1.01, 1.019])('a clock that runs %f as long misses nothing', (rate) => {
  const found = walk(series(20_000, rate * MINUTE), MINUTE, START);
  expect(found.missing).toBe(0);
  expect(found.extra.length).toBe(0);
});

test('a point that never speaks is missing from one period after its start on', () => {
  expect(walk([], MINUTE, START + HOUR).missed).toEqual([
    { first: START + MINUTE, every: MINUTE, count: 59, after: START - MINUTE, before: START + HOUR },
  ]);
});

test('a tick whose reading may still be under way is not missing yet', () => {
  const times = series(5, MINUTE);
  const last = START + 4 * MINUTE;
  expect(walk(times, MINUTE, last + 1.74 * MINUTE).missing).toBe(0);
  expect(walk(times, MINUTE, last + 1.76 * MINUTE).missing).toBe(1);
});

test('the changes that an OPC UA server tells between two reads are extra', () => {
  const times = [0, 1, 4, 10, 13, 20, 21, 22, 30].map((second) => START + second * SECOND);
  const found = walk(times, 10 * SECOND, START + 31 * SECOND);
  expect(found.stored).toHaveLength(4);
  expect(found.extra).toHaveLength(5);
  expect(found.missing).toBe(0);
});

test('when the phase moves at a restart nothing is missing after it', () => {
  for (let shift = 0; shift < 1; shift += 0.05) {
    const shake = (at: number, n: number) => at + (n % 2 === 0 ? 0.1 : -0.1) * MINUTE;
    const after = series(500, MINUTE, START + (60 + shift) * MINUTE).map(shake);
    const times = [...series(50, MINUTE), ...after];
    const found = walk(times, MINUTE, START + 560 * MINUTE);
    expect(Math.abs(found.missing - 10 - shift), `shift ${shift}`).toBeLessThanOrEqual(1);
    expect(found.missed).toHaveLength(1);
    expect(found.extra).toEqual([]);
  }
});

const life = fc.record({
  every: fc.constantFrom(SECOND, 10 * SECOND, MINUTE, HOUR),
  count: fc.integer({ min: 1, max: 400 }),
  phase: fc.double({ min: 0, max: 0.99, noNaN: true }),
  jitter: fc.double({ min: 0, max: 0.2, noNaN: true }),
  lost: fc.array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 60 })), { maxLength: 6 }),
});

test('against a plain model: of ticks at known times every one is stored or missing, as it was', () => {
  fc.assert(
    fc.property(life, fc.nat(), (one, seed) => {
      const { every, count, phase, jitter, lost } = one;
      const isLost = (n: number) => lost.some(([start, length]) => n >= start && n < start + length);
      // The plain model knows the ticks: it made them.
      const ticks = Array.from({ length: count }, (_, n) => n);
      const kept = ticks.filter((n) => !isLost(n));
      const times = kept.map((n) => {
        return Math.round(START + (n + phase + jitter * noise(seed, n)) * every);
      });
      const end = START + (count - 1 + phase + 0.9) * every;
      const found = walk(times, every, end);
      if (kept.length === 0) return;
      expect(found.extra).toEqual([]);
      expect(found.stored).toHaveLength(kept.length);
      // The first reading's jitter moves all ticks: at each end one tick may fall out of the span.
      expect(Math.abs(found.missing - (count - kept.length))).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200 },
  );
});

test('whatever comes, every reading is a tick or extra, ticks go up, and their number fits the clock', () => {
  const steps = fc.array(
    fc.oneof(fc.double({ min: 0.01, max: 3, noNaN: true }), fc.integer({ min: 3, max: 200 })),
    {
      minLength: 1,
      maxLength: 100,
    },
  );
  fc.assert(
    fc.property(steps, fc.constantFrom(SECOND, MINUTE, HOUR), (lengths, every) => {
      let at = START;
      const times: number[] = [];
      for (const length of lengths) {
        at += Math.max(1, Math.round(length * every));
        times.push(at);
      }
      const found = walk(times, every, at);
      expect(found.stored.length + found.extra.length).toBe(times.length);
      const ticks = [
        ...found.stored,
        ...found.missed.flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, n) => first + n * every),
        ),
      ].sort((a, b) => a - b);
      const apart = ticks.slice(1).map((tick, i) => (tick - (ticks[i] ?? 0)) / every);
      expect(Math.min(1, ...apart)).toBeGreaterThan(0.979);
      expect(Math.max(1, ...apart)).toBeLessThan(1.021);
      expect(isPlausible(ticks.length, (at - START) / every, 2)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

/** From -1 to 1, the same for the same two numbers. */
const noise = (seed: number, n: number): number => Math.sin(seed * 0.7 + n * 12.9898) * Math.cos(n * 4.1414);
