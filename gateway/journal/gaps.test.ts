import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gapsOf, type Span } from './gaps.ts';

const EVERY = 10_000;
const START = 1_000_000;

const ask = (over: Partial<Parameters<typeof gapsOf>[0]>) =>
  gapsOf({
    point: 'p.t',
    from: START,
    to: START + 10 * EVERY,
    every: EVERY,
    times: [],
    previous: null,
    first: null,
    downs: [],
    ...over,
  });

const steps = (...numbers: number[]): number[] => numbers.map((n) => START + n * EVERY);

test('readings that come on time leave no gap', () => {
  expect(ask({ times: steps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), first: START })).toEqual([]);
});

test('a hole says how many samples are missing, and jitter below half a period is none', () => {
  const jitter = START + 8.4 * EVERY;
  const gaps = ask({ times: [...steps(0, 1, 2, 6, 7), jitter, ...steps(9)], first: START });
  const [from, to] = steps(2, 6);
  expect(gaps).toEqual([{ point: 'p.t', from, to, missing: 3, cause: 'silent' }]);
});

test('a hole across a stop of the gateway is parted by cause', () => {
  const [from = 0, to = 0] = steps(3.5, 6.5);
  const gaps = ask({ times: steps(0, 1, 8, 9), first: START, downs: [{ from, to }] });
  expect(gaps.map(({ cause, missing }) => [cause, missing])).toEqual([
    ['silent', 2],
    ['gateway-down', 3],
    ['silent', 1],
  ]);
});

test('before its first reading a point was not configured', () => {
  const [first = 0] = steps(4);
  expect(ask({ times: steps(4, 5, 6, 7, 8, 9), first })).toEqual([
    { point: 'p.t', from: START, to: first, missing: 4, cause: 'not-configured' },
  ]);
  expect(ask({ first: null })).toMatchObject([{ missing: 10, cause: 'not-configured' }]);
});

test('a silence that began before the span counts from where the span begins', () => {
  const gaps = ask({ times: steps(5, 6, 7, 8, 9), previous: START - 3 * EVERY, first: 0 });
  const [to] = steps(5);
  expect(gaps).toEqual([{ point: 'p.t', from: START, to, missing: 5, cause: 'silent' }]);
});

test('expected = stored + missing, to within one sample for each gap and each end', () => {
  const down = fc.tuple(fc.nat(300), fc.nat(40));
  const input = fc.record({
    count: fc.integer({ min: 1, max: 300 }),
    lost: fc.array(fc.tuple(fc.nat(300), fc.nat(60)), { maxLength: 5 }),
    downs: fc.array(down, { maxLength: 3 }),
    jitter: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    before: fc.option(fc.integer({ min: 1, max: 50 })),
  });
  fc.assert(
    fc.property(input, ({ count, lost, downs, jitter, before }) => {
      const isLost = (n: number) => lost.some(([start, length]) => n >= start && n < start + length);
      const slots = Array.from({ length: count }, (_, n) => n).filter((n) => !isLost(n));
      const times = slots.map((n) => Math.round(START + (n + 0.3 + (n % 2 === 0 ? jitter : 0)) * EVERY));
      const previous = before === null ? null : START - before * EVERY;
      const first = previous ?? times[0] ?? null;
      const gaps = ask({ to: START + count * EVERY, times, previous, first, downs: apart(downs) });
      const missing = gaps.reduce((sum, gap) => sum + gap.missing, 0);
      expect(Math.abs(times.length + missing - count)).toBeLessThanOrEqual(gaps.length + 1);
      for (let i = 1; i < gaps.length; i++) {
        expect(gaps[i]?.from ?? 0).toBeGreaterThanOrEqual(gaps[i - 1]?.to ?? 0);
      }
    }),
  );
});

function apart(downs: readonly (readonly [number, number])[]): Span[] {
  let end = 0;
  return downs
    .map(([start, length]) => ({ from: START + start * EVERY, to: START + (start + length) * EVERY }))
    .sort((a, b) => a.from - b.from)
    .filter((span) => {
      if (span.from < end || span.from === span.to) return false;
      end = span.to;
      return true;
    });
}
