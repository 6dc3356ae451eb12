import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Bucket } from '#model/journal';
import { REASONS } from '#model/quality';
import type { Reading } from '#model/reading';
import { HOUR } from '#model/time';
import { readingOf } from '../../gateway/journal/mark.ts';
import { readingsOf } from '../kit/journal-folder.ts';
import { JournalInProcess } from '../kit/journal-in-process.ts';

const BASE = Math.floor(1_763_769_600_000 / HOUR) * HOUR;
/** A coarse grid, so that repeats and late readings are frequent. */
const GRID = 97_000;
const POINTS = ['a.t', 'b.t', 'c.t'];

const value = fc.oneof(
  fc.integer({ min: -500, max: 500 }).map((n) => n / 10),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);
const reading: fc.Arbitrary<Reading> = fc
  .record({
    point: fc.constantFrom(...POINTS),
    at: fc.integer({ min: 0, max: 300 }).map((n) => BASE + n * GRID),
    value: fc.option(value),
    uncertain: fc.boolean(),
    reason: fc.constantFrom(...REASONS),
  })
  .map(({ uncertain, reason, ...rest }) => {
    const quality = rest.value === null ? 'bad' : uncertain ? 'uncertain' : 'good';
    return { ...rest, quality, reason: quality === 'good' ? null : reason };
  });

const append = fc.record({
  do: fc.constant('append' as const),
  messages: fc.array(fc.array(reading, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 }),
});
const query = fc.record({
  do: fc.constant('query' as const),
  point: fc.constantFrom(...POINTS),
  span: fc.tuple(fc.nat(320), fc.nat(320)),
  limit: fc.integer({ min: 1, max: 400 }),
  every: fc.constantFrom(60_000, HOUR, 2 * HOUR, 5_000_000, 31_536_000),
  flushDuring: fc.constantFrom('neither', 'readings', 'buckets'),
});
const step = fc.oneof(
  { weight: 6, arbitrary: append },
  { weight: 3, arbitrary: query },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tick' as const), hours: fc.nat(10) }) },
);
type Query = typeof query extends fc.Arbitrary<infer T> ? T : never;

function naiveBuckets(readings: readonly Reading[], every: number): Bucket[] {
  const groups = Map.groupBy(readings, ({ at }) => Math.floor(at / every) * every);
  return [...groups].map(([from, all]) => {
    const values = all.flatMap((one) => (one.value === null || one.quality === 'bad' ? [] : [one.value]));
    const counts = { from, count: all.length, bad: all.filter((one) => one.quality === 'bad').length };
    if (values.length === 0) return { ...counts, min: null, mean: null, max: null };
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    return { ...counts, min: Math.min(...values), mean, max: Math.max(...values) };
  });
}

/** What is kept of an hour beside its readings knows no sign of zero. */
const unsigned = (value: number | null) => (value === 0 ? 0 : value);
const withoutMean = (buckets: readonly Bucket[]) =>
  buckets.map(({ mean: _, min, max, ...rest }) => ({ ...rest, min: unsigned(min), max: unsigned(max) }));

function compareQuery(journal: JournalInProcess, stored: readonly Reading[], one: Query): void {
  const { point, limit, every, flushDuring } = one;
  const [from, to] = [BASE + Math.min(...one.span) * GRID, BASE + Math.max(...one.span) * GRID + 1];
  const meanwhile = (question: string) => () => {
    if (flushDuring !== question) return;
    journal.now += 10 * HOUR;
    journal.tick();
  };
  const expected = stored
    .filter((each) => each.point === point && each.at >= from && each.at < to)
    .sort((a, b) => a.at - b.at);
  const span = { point, from, to };
  const { at, value, mark } = journal.ask(
    span,
    (reader, asked) => reader.readings(asked, limit),
    meanwhile('readings'),
  );
  const answered = Array.from(at, (time, i) => readingOf(point, time, value[i] ?? 0, mark[i] ?? 0));
  expect(answered).toEqual(expected.slice(0, limit));

  const buckets = journal.ask(span, (reader, asked) => reader.buckets(asked, every), meanwhile('buckets'));
  const naive = naiveBuckets(expected, every);
  expect(withoutMean(buckets)).toEqual(withoutMean(naive));
  buckets.forEach((bucket, index) => {
    expect(bucket.mean ?? 0).toBeCloseTo(naive[index]?.mean ?? 0, 5);
  });
}

async function compareAppend(
  journal: JournalInProcess,
  stored: Map<string, Reading>,
  messages: readonly (readonly Reading[])[],
): Promise<void> {
  const answers = await Promise.all(messages.map((message) => journal.queue.append(message)));
  messages.forEach((message, index) => {
    const before = stored.size;
    for (const one of message) {
      const key = `${one.point} ${one.at}`;
      if (!stored.has(key)) stored.set(key, one);
    }
    expect(answers[index]?.repeated).toBe(message.length - (stored.size - before));
  });
}

function compareAll(journal: JournalInProcess, stored: readonly Reading[]): void {
  expect(readingsOf(journal.rows())).toEqual(stored);
  const plain = (one: Reading): Reading => ({ ...one, value: unsigned(one.value) });
  const { ids, samples } = journal.writer.latest();
  const latest = ids.map((id, i) =>
    readingOf(id, samples.at[i] ?? 0, samples.value[i] ?? 0, samples.mark[i] ?? 0),
  );
  const newest = POINTS.flatMap((point) => {
    const own = stored.filter((one) => one.point === point);
    return own
      .sort((a, b) => b.at - a.at)
      .slice(0, 1)
      .map(plain);
  });
  expect(latest.map(plain).sort((a, b) => a.point.localeCompare(b.point))).toEqual(newest);
}

test('whatever is appended, flushed, restarted and cut off, the journal says what a list in memory says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 40 }), async (steps) => {
      let journal = new JournalInProcess(BASE + HOUR);
      const stored = new Map<string, Reading>();
      for (const one of steps) {
        if (one.do === 'append') await compareAppend(journal, stored, one.messages);
        else if (one.do === 'query') compareQuery(journal, [...stored.values()], one);
        else if (one.do === 'restart') journal.restart();
        else if (one.do === 'crash') journal = journal.crash();
        else {
          journal.now += one.hours * HOUR;
          journal.tick();
        }
      }
      compareAll(journal, [...stored.values()]);
      journal.remove();
    }),
    { numRuns: 40 },
  );
});
