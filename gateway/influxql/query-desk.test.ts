import { expect, test } from 'vitest';
import type { InfluxqlAnswer } from '#model/influxql';
import { type Meter, silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { apiSite, POINT } from '../../test/kit/api-site.ts';
import { HandClock } from '../../test/kit/hand-clock.ts';
import { QueryDesk, type QueryDeskOptions } from './query-desk.ts';

const NEWEST = 1_800_000_000_000;

/** A point that was read each millisecond, since for ever. */
function endless(read: (count: number) => void = () => {}) {
  const at = (time: number): Reading => ({
    point: POINT,
    at: time,
    value: time % 7,
    quality: 'good',
    reason: null,
  });
  const readings = async (_: string, from: number, to: number, limit: number) => {
    const count = Math.min(limit, to - from);
    read(count);
    return Array.from({ length: count }, (_, index) => at(from + index));
  };
  return { readings, latest: async () => [at(NEWEST)], events: async () => [], buckets: async () => [] };
}

const never = new AbortController().signal;

function desk(
  history: object = endless(),
  clock = new HandClock(NEWEST),
  more: Partial<QueryDeskOptions> = {},
) {
  const journal = { history } as unknown as QueryDeskOptions['journal'];
  const alarms = { eventsBetween: async () => [] };
  const made = new QueryDesk({ site: apiSite, journal, alarms, clock, meter: silentMeter, ...more });
  return async (query: string, signal = never): Promise<string> =>
    textOf(await made.answer({ query, database: 'hygate', epoch: 'ms', signal }));
}

const textOf = (answer: InfluxqlAnswer): string => Buffer.concat([...answer]).toString();

test('more rows than anybody looks at are refused, with what to do', async () => {
  const ask = desk();
  for (const query of [
    'SELECT "value" FROM "temperature"',
    'SELECT "value" FROM "temperature" ORDER BY time DESC',
    'SELECT last("value") FROM "temperature" WHERE time > now() - 100s GROUP BY time(1ms)',
    'SELECT count("value") FROM "temperature" WHERE time > now() - 120s GROUP BY time(1ms) fill(none)',
  ])
    expect(await ask(query)).toContain('more than 100000 rows would be the answer: ask for a shorter time');
  const buckets =
    'SELECT first("value") FROM "temperature" WHERE time > 0 AND time <= 5ms GROUP BY time(1ms)';
  expect(JSON.parse(await ask(buckets)).results[0].series[0].values).toHaveLength(6);
});

test('more values than memory is for are refused, in wide answers as in long ones', async () => {
  const ask = desk();
  const columns = (one: string) => Array.from({ length: 30 }, (_, index) => `${one} AS c${index}`).join();
  for (const query of [
    `SELECT ${columns('max("value")')} FROM "temperature" WHERE time > now() - 20s GROUP BY time(1ms)`,
    `SELECT ${columns('max("value")')} FROM "temperature" WHERE time > now() - 20s GROUP BY time(1ms) fill(none)`,
    `SELECT ${columns('"value"')} FROM "temperature" WHERE time > now() - 20s`,
  ])
    expect(await ask(query)).toContain('more than 500000 values would be the answer: ask for a shorter time');
});

test('events of many years are not held in memory together', async () => {
  const vitals = (seq: number) => ({ seq, type: 'vitals', at: seq, by: null, data: { uptime_s: seq } });
  const events = async (from: number, to: number, limit: number) =>
    Array.from({ length: Math.min(limit, to - from) }, (_, index) => vitals(from + index));
  const ask = desk({ ...endless(), events });
  expect(await ask('SELECT max("uptime_s") FROM "gateway" GROUP BY time(1d)')).toContain(
    'more than 120000 events',
  );
  expect(await ask('SELECT max("uptime_s") FROM "gateway" WHERE time < 100s')).toContain('99999');
});

test('more readings than one request may read are refused, and no more are read', async () => {
  let read = 0;
  const ask = desk(
    endless((count) => {
      read += count;
    }),
  );
  expect(await ask('SELECT first("value") FROM "temperature" GROUP BY time(365d)')).toContain('must be read');
  expect(read).toBeLessThan(2_100_000);
});

test('a question that takes too long ends, and the next one is answered', async () => {
  const clock = new HandClock(NEWEST);
  const slow = endless(() => void clock.advance(3_000));
  const ask = desk(slow, clock);
  expect(await ask('SELECT sum("q") FROM "temperature"')).toContain('takes longer than 20 s');
  expect(await ask('SHOW DATABASES')).toContain('hygate');
});

test('whoever hangs up is not worked for', async () => {
  const gone = new AbortController();
  let pages = 0;
  const ask = desk(
    endless(() => {
      pages += 1;
      if (pages === 3) gone.abort();
    }),
  );
  await ask('SELECT sum("q") FROM "temperature"', gone.signal);
  expect(pages).toBe(3);
});

test('the newest rows are found from the end', async () => {
  let read = 0;
  const ask = desk(
    endless((count) => {
      read += count;
    }),
  );
  const answer = await ask('SELECT "value" FROM "temperature" WHERE time >= 0 ORDER BY time DESC LIMIT 2');
  expect(JSON.parse(answer).results[0].series[0].values).toEqual([
    [NEWEST, NEWEST % 7],
    [NEWEST - 1, (NEWEST - 1) % 7],
  ]);
  expect(read).toBeLessThan(200_000);
});

test('a few questions are worked on at a time, many wait, and too many are sent away', async () => {
  const gate = Promise.withResolvers<void>();
  let begun = 0;
  const history = {
    ...endless(),
    latest: async () => {
      begun += 1;
      await gate.promise;
      return [];
    },
  };
  const ask = desk(history);
  const asked = Array.from({ length: 300 }, () => ask('SELECT "value" FROM "temperature"'));
  const settled = Promise.allSettled(asked);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toBe(4);
  gate.resolve();
  const refused = (await settled).filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(300 - 204);
  expect(begun).toBe(204);
});

/** What comes of the work, and how often meanwhile everything else had its turn. */
async function withTurns<T>(work: Promise<T>): Promise<{ readonly result: T; readonly turns: number }> {
  let turns = 0;
  let over = false;
  const next = () => {
    turns += 1;
    if (!over) setImmediate(next);
  };
  setImmediate(next);
  try {
    return { result: await work, turns };
  } finally {
    over = true;
  }
}

// Once in 5,000 readings, and in 1,000 buckets, and in 32 KB of text.
test.each([
  ['row by row', 60, 'SELECT "value" FROM "temperature" WHERE time > now() - 99s'],
  ['in buckets', 150, 'SELECT last("value") FROM "temperature" WHERE time > now() - 99s GROUP BY time(1ms)'],
])('while a long answer is made %s, everything else has its turn', async (_, least, query) => {
  const ask = desk();
  const { result, turns } = await withTurns(ask(query));
  expect(JSON.parse(result).results[0].series[0].values.length).toBeGreaterThan(98_000);
  expect(turns).toBeGreaterThan(least);
});

test('buckets of a long span are asked for piece by piece', async () => {
  const asked: number[] = [];
  const buckets = async (_: string, from: number, to: number, every: number) => {
    const count = Math.ceil(Math.min(to, NEWEST + 1) / every) - Math.floor(from / every);
    asked.push(count);
    return Array.from({ length: count }, (_, index) => ({
      ...{ from: (Math.floor(from / every) + index) * every, count: 1, bad: 0, min: 4, mean: 4, max: 4 },
    }));
  };
  const ask = desk({ ...endless(), buckets });
  const mean = (time: string) =>
    ask(`SELECT mean("value") FROM "temperature" WHERE "q" < 2 AND ${time} GROUP BY time(1m)`);
  const { values } = JSON.parse(await mean('time > now() - 60d')).results[0].series[0];
  expect(values).toHaveLength(60 * 24 * 60 + 1);
  expect(new Set(values.map(([at]: [number]) => at)).size).toBe(values.length);
  expect(Math.max(...asked)).toBeLessThanOrEqual(3_600);
  asked.length = 0;
  expect(await mean('time > now() - 1d')).toContain('"mean"');
  expect(asked).toHaveLength(1);
});

/** A meter that remembers. */
function rememberingMeter() {
  const counted: string[] = [];
  const gauges = new Map<string, number>();
  const meter: Meter = {
    ...silentMeter,
    count: (name, labels = {}) => void counted.push(`${name} ${Object.values(labels)}`),
    gauge: (name, value) => void gauges.set(name, value),
  };
  return { meter, counted, held: () => gauges.get('hygate_query_answers_held_bytes') };
}

test('answers that nobody takes are bounded: further questions are refused until they are taken', async () => {
  const { meter, counted, held } = rememberingMeter();
  const ask = desk(endless(), new HandClock(NEWEST), { meter, mostHeldBytes: 300_000 });
  const rows = 'SELECT "value" FROM "temperature" WHERE time > now() - 10s';
  const [first, second] = [new AbortController(), new AbortController()];
  const { length } = await ask(rows, first.signal);
  await ask(rows, second.signal);
  expect(held()).toBe(2 * length);
  await expect(ask('SHOW DATABASES')).rejects.toMatchObject({
    code: 'too-many-requests',
    message: expect.stringContaining('have not yet taken'),
  });
  expect(counted).toEqual(['hygate_queries_refused_total answers-not-taken']);
  first.abort();
  expect(held()).toBe(length);
  expect(await ask('SHOW DATABASES', first.signal)).toBe('');
  expect(await ask('SHOW DATABASES', second.signal)).toContain('hygate');
  second.abort();
  expect(held()).toBe(0);
});

test('an answer of very long texts is refused, with what to do', async () => {
  const event = (seq: number) => ({ seq, type: 'note', at: seq, by: null, data: { said: 'x'.repeat(800) } });
  const events = async (from: number, to: number, limit: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, to - from, 50_000 - from)) }, (_, index) =>
      event(from + index),
    );
  const ask = desk({ ...endless(), events });
  await expect(ask('SELECT "detail" FROM "event"')).rejects.toMatchObject({
    code: 'request-invalid',
    message: expect.stringContaining('longer than 32 MB: ask for a shorter time'),
  });
  expect(await ask('SELECT "detail" FROM "event" WHERE time < 1s')).toContain('said');
});

test('times are written as they are asked for', async () => {
  const journal = { history: endless() } as unknown as QueryDeskOptions['journal'];
  const alarms = { eventsBetween: async () => [] };
  const made = new QueryDesk({
    site: apiSite,
    journal,
    alarms,
    clock: new HandClock(NEWEST),
    meter: silentMeter,
  });
  const first = async (epoch?: string) => {
    const query = 'SELECT first("value") FROM "temperature" WHERE time >= 1763780000123ms';
    const question = { query, database: 'hygate', signal: never, ...(epoch !== undefined && { epoch }) };
    return /"values":\[\[([^,]+),/.exec(textOf(await made.answer(question)))?.[1];
  };
  expect(await first()).toBe('"2025-11-22T02:53:20.123Z"');
  expect(await first('ns')).toBe('1763780000123000000');
  expect(await first('u')).toBe('1763780000123000');
  expect(await first('ms')).toBe('1763780000123');
  expect(await first('s')).toBe('1763780000');
  await expect(first('weeks')).rejects.toMatchObject({ code: 'request-invalid' });
});
