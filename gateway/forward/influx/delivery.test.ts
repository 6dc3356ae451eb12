import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { type Clock, realClock } from '#model/time';
import type { Answer } from './answer.ts';
import { Delivery } from './delivery.ts';

const status = (code: number, retryAfter: string | null = null, body = ''): Answer => ({
  kind: 'status',
  status: code,
  retryAfter,
  body,
});

/** A server as InfluxDB is: it stores the good lines of a request and answers 400 when one is bad. */
function server(isBad: (line: string) => boolean, mostLines = Number.POSITIVE_INFINITY) {
  const stored = new Set<string>();
  const requests: number[] = [];
  const before: Answer[] = [];
  const slept: number[] = [];
  const gauges: [number, string | undefined][] = [];
  const clock: Clock = {
    ...realClock,
    sleep: async (delay, signal) => {
      signal?.throwIfAborted();
      slept.push(delay);
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  const send = async (lines: readonly string[]): Promise<Answer> => {
    requests.push(lines.length);
    const scripted = before.shift();
    if (scripted !== undefined) return scripted;
    if (lines.length > mostLines) return status(413);
    for (const line of lines) if (!isBad(line)) stored.add(line);
    return status(lines.some(isBad) ? 400 : 204);
  };
  const meter = {
    ...silentMeter,
    gauge: (_name: string, value: number, labels?: Readonly<Record<string, string>>) =>
      void gauges.push([value, labels?.['reason']]),
  };
  const delivery = new Delivery({ stream: 'journal', send, batch: 100, clock, log: silentLog, meter });
  return { delivery, stored, requests, before, slept, gauges };
}

const live = new AbortController().signal;
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

test('every good line is stored and exactly the bad ones are set aside, wherever they stand', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 300 }), fc.array(fc.nat(299)), async (count, places) => {
      const all = lines(count);
      // Line 0 is good: with none good at all the target is at fault, which is another test.
      const bad = new Set(
        places.filter((place) => place > 0 && place < count).map((place) => `line ${place}`),
      );
      const { delivery, stored } = server((line) => bad.has(line));
      const aside = await delivery.deliver(all, live);
      expect(aside.map(({ line }) => line)).toEqual(all.filter((line) => bad.has(line)));
      expect([...stored].sort()).toEqual(all.filter((line) => !bad.has(line)).sort());
    }),
    { numRuns: 50 },
  );
});

test('one bad line among a hundred costs few requests', async () => {
  const { delivery, requests } = server((line) => line === 'line 37');
  await delivery.deliver(lines(100), live);
  expect(requests.length).toBeLessThan(20);
});

test('a request that is too large is halved, and later requests stay that small', async () => {
  const { delivery, stored, requests } = server(() => false, 30);
  expect(await delivery.deliver(lines(100), live)).toEqual([]);
  expect(stored.size).toBe(100);
  requests.length = 0;
  await delivery.deliver(lines(100), live);
  expect(Math.max(...requests)).toBeLessThanOrEqual(30);
});

test('one line that is too large alone is set aside, once the target has proven itself', async () => {
  const { delivery, before } = server(() => false);
  await delivery.deliver(['good'], live);
  before.push(status(413));
  expect(await delivery.deliver(['long'], live)).toMatchObject([{ reason: 'too-large', line: 'long' }]);
});

test('a bad line that stands alone is set aside when a line accepted before is accepted again', async () => {
  const { delivery, requests } = server((line) => line === 'bad');
  await delivery.deliver(['good'], live);
  expect(await delivery.deliver(['bad'], live)).toMatchObject([{ reason: 'invalid-line', line: 'bad' }]);
  // The good one, the bad one, the good one again, and the bad one once more.
  expect(requests).toEqual([1, 1, 1, 1]);
});

test('a target that refuses everything is waited for, and nothing is set aside', async () => {
  let mended = false;
  const { delivery, stored, gauges, slept } = server(() => !mended);
  const done = delivery.deliver(lines(5), live);
  while (gauges.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(gauges).toEqual([[1, 'all-rejected']]);
  mended = true;
  expect(await done).toEqual([]);
  expect(stored.size).toBe(5);
  expect(gauges.at(-1)).toEqual([0, 'all-rejected']);
  expect(slept.length).toBeGreaterThan(0);
});

test('a target that refuses everything for a while loses no good line, whenever it begins and ends', async () => {
  const span = fc.record({ begins: fc.nat(30), lasts: fc.nat(60), bad: fc.nat(40) });
  await fc.assert(
    fc.asyncProperty(span, async ({ begins, lasts, bad }) => {
      let asked = Number.NEGATIVE_INFINITY;
      const away = () => asked >= begins && asked < begins + lasts;
      const isBad = (line: string) => away() || line === `line ${bad}`;
      const { delivery, stored, requests } = server(isBad);
      await delivery.deliver(['good'], live);
      asked = 0;
      const counted = requests.push.bind(requests);
      requests.push = (...sizes) => {
        asked += 1;
        return counted(...sizes);
      };
      const aside = await delivery.deliver(lines(40), live);
      expect(aside.map(({ line }) => line)).toEqual(bad < 40 ? [`line ${bad}`] : []);
      expect(stored.size).toBe(bad < 40 ? 40 : 41);
    }),
  );
});

test('401, 403 and 404 pause under their own reason, keep the lines, and end by themselves', async () => {
  const { delivery, before, gauges, stored } = server(() => false);
  before.push(status(401), status(401), status(404));
  expect(await delivery.deliver(lines(3), live)).toEqual([]);
  expect(stored.size).toBe(3);
  expect(gauges).toEqual([
    [1, 'unauthorized'],
    [0, 'unauthorized'],
    [1, 'not-found'],
    [0, 'not-found'],
  ]);
});

test('Retry-After is obeyed; without it the delays grow', async () => {
  const { delivery, before, slept } = server(() => false);
  before.push(status(429, '7'), status(503, '3'), status(500), status(500), status(500));
  await delivery.deliver(lines(1), live);
  expect(slept.slice(0, 2)).toEqual([7000, 3000]);
  const [, , third = 0, , fifth = 0] = slept;
  expect(fifth).toBeGreaterThan(third);
});

test('an abort ends it in the middle of waiting', async () => {
  const ending = new AbortController();
  const { delivery, before } = server(() => false);
  before.push(status(503));
  ending.abort(new Error('stop'));
  await expect(delivery.deliver(lines(1), ending.signal)).rejects.toThrow('stop');
});

test('a server that refuses a whole request for what is in it is asked no further', async () => {
  const { delivery, before, requests, gauges } = server(() => false);
  before.push(status(400, null, '{"error":"partial write: points beyond retention policy dropped=100"}'));
  const aside = await delivery.deliver(lines(100), live);
  expect(aside.map(({ line }) => line)).toEqual(lines(100));
  expect(new Set(aside.map(({ reason }) => reason))).toEqual(new Set(['beyond-retention']));
  expect([requests, gauges]).toEqual([[100], []]);
});

test('many lines of one measurement that is of another type cost two requests, the others none', async () => {
  const isBad = (line: string) => line.startsWith('ph,');
  const all = lines(100).map((line, index) => `${index % 3 === 0 ? 'ph' : 'dose'},point=x value=1 ${line}`);
  const bad = all.filter(isBad);
  const body = (dropped: number) =>
    `{"error":"partial write: field type conflict: input field \\"value\\" on measurement \\"ph\\" is type float, already exists as type string dropped=${dropped}"}`;
  const { delivery, before, requests, stored } = server(isBad);
  before.push(status(400, null, body(bad.length)), status(422, null, body(bad.length)));
  expect((await delivery.deliver(all, live)).map(({ line }) => line)).toEqual(bad);
  expect(requests).toEqual([100, bad.length, 100 - bad.length]);
  expect(stored.size).toBe(100 - bad.length);
});

test('a server that is too slow for a whole batch gets smaller ones, and larger again when it is faster', async () => {
  const { delivery, before, requests, stored } = server(() => false);
  const late: Answer = { kind: 'failed', why: 'timeout', text: 'late' };
  before.push(late, late, late);
  expect(await delivery.deliver(lines(100), live)).toEqual([]);
  expect(stored.size).toBe(100);
  expect(requests.slice(0, 4)).toEqual([100, 50, 25, 13]);
  requests.length = 0;
  for (let batch = 0; batch < 4; batch++) await delivery.deliver(lines(100), live);
  expect(requests.at(-1)).toBe(100);
});

test('lines that were refused before are refused again without doubt in the target', async () => {
  const { send, ...rest } = { stream: 'journal', send: async () => status(400), batch: 10, clock: realClock };
  const delivery = new Delivery({ ...rest, send, suspected: true, log: silentLog, meter: silentMeter });
  expect(await delivery.deliver(lines(3), live)).toHaveLength(3);
});
