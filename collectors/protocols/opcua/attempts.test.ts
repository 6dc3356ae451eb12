import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR, MINUTE, type Ms, SECOND } from '#model/time';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import { Attempts } from './attempts.ts';

/** When each attempt begins, for so long, when each is over after `lasting`. */
async function attemptsIn(span: Ms, every: Ms, lasting: Ms): Promise<readonly Ms[]> {
  const clock = new HandClock(0);
  const attempts = new Attempts(every, clock);
  const begun: Ms[] = [];
  while (clock.monotonic() < span) {
    await clock.advance(attempts.wait);
    begun.push(clock.monotonic());
    attempts.begin();
    await clock.advance(lasting);
    attempts.ended();
  }
  return begun;
}

const gapsOf = (times: readonly Ms[]): readonly Ms[] =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0));

test('the first attempt may begin at once', () => {
  expect(new Attempts(SECOND, new HandClock(0)).wait).toBe(0);
});

test('at any period: quick at first, then at least five seconds and at most thirty apart', async () => {
  const periods = fc.integer({ min: 100, max: HOUR });
  await fc.assert(
    fc.asyncProperty(periods, fc.integer({ min: 0, max: 20 * SECOND }), async (every, lasting) => {
      const waits = gapsOf(await attemptsIn(10 * MINUTE, every, lasting)).map((gap) => gap - lasting);
      expect(waits[0]).toBeLessThanOrEqual(SECOND / 2);
      // 0.5, 1, 2, 4 s, each up to a quarter shorter.
      for (const wait of waits.slice(4)) expect(wait).toBeGreaterThanOrEqual(5 * SECOND);
      const longest = Math.min(30 * SECOND, Math.max(7 * SECOND, every));
      for (const wait of waits) expect(wait).toBeLessThanOrEqual(longest);
    }),
    { numRuns: 50 },
  );
});

test('a session that lived for a while begins anew, one that broke at once does not', async () => {
  const [brief, long] = await Promise.all([
    attemptsIn(10 * MINUTE, SECOND, SECOND),
    attemptsIn(10 * MINUTE, SECOND, MINUTE),
  ]);
  expect(gapsOf(brief).at(-1)).toBeGreaterThan(6 * SECOND);
  expect((gapsOf(long).at(-1) ?? 0) - MINUTE).toBeLessThanOrEqual(SECOND / 2);
});
