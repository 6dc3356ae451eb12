import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SECOND } from '#model/time';
import { MemoryJournal } from '../../test/kit/api-memory.ts';
import { HandClock } from '../../test/kit/hand-clock.ts';
import { Metrics } from '../runtime/metrics.ts';
import { complaints, firstWatch, Health, type Look, watchOn } from './health.ts';

const look = (at: number, head: number, errors = 0, pending = 0): Look => ({ at, head, errors, pending });

/** What is complained about after these looks, one a second. */
const seen = (...looks: readonly (readonly [head: number, errors?: number, pending?: number])[]) => {
  const [first = look(0, 0), ...rest] = looks.map(([head, errors, pending], second) =>
    look(second * 1000, head, errors, pending),
  );
  return complaints(rest.reduce(watchOn, firstWatch(first)));
};

const waiting = (seconds: number) => Array.from({ length: seconds }, () => [5, 0, 40] as const);

describe('the journal', () => {
  test('that has nothing to write is well', () => expect(seen([5], [5], [5])).toEqual([]));
  test('that writes is well', () => expect(seen([5], [6], [7])).toEqual([]));
  test('that failed is not well until a row is durable again', () => {
    expect(seen([5], [5, 1])).toHaveLength(1);
    expect(seen([5], [5, 1], [5, 1], [5, 1])).toHaveLength(1);
    expect(seen([5], [5, 1], [6, 1])).toEqual([]);
  });
  test('that writes and fails in turn is not well', () => expect(seen([5], [6, 1], [7, 2])).toHaveLength(1));
  test('that failed before the first look is not blamed', () => expect(seen([5, 3], [5, 3])).toEqual([]));
  test('that lets readings wait for ten seconds is stuck', () => {
    expect(seen([5], ...waiting(10))).toEqual([]);
    expect(seen([5], ...waiting(11))).toEqual([expect.stringContaining('40 readings')]);
    expect(seen([5], ...waiting(11), [6, 0, 40])).toEqual([]);
    expect(seen([5], ...waiting(11), [5, 0, 0])).toEqual([]);
  });
});

test('a journal that writes each second without a failure is never complained about', () => {
  const pendings = fc.array(fc.nat(1e6), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(pendings, (pending) => {
      expect(seen(...pending.map((count, second) => [second, 0, count] as const))).toEqual([]);
    }),
  );
});

test('a damage that was found, and all else that is counted beside commits, is no failed commit', async () => {
  const [clock, metrics, journal] = [new HandClock(0), new Metrics(), new MemoryJournal()];
  const health = new Health({ journal, metrics, clock });
  await health.start();
  const look = async () => {
    await clock.advance(SECOND);
    await new Promise(setImmediate);
  };
  metrics.count('hygate_journal_errors_total', { reason: 'row-damaged' });
  await look();
  expect(health.complaints()).toEqual([]);
  metrics.count('hygate_journal_errors_total', { reason: 'commit' });
  await look();
  expect(health.complaints()).toHaveLength(1);
  health.stop();
});
