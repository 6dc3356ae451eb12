import { expect, test } from 'vitest';
import { EVENT_MEASUREMENT, type SeriesRow } from '#model/series';
import { DAY, HOUR } from '#model/time';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import type { Span } from './row.ts';
import { JournalSeries } from './store.ts';

/* Which series of events there are is read once, and from there on what came since. */

const NOW = 1_800_000_000_000;

/** A journal of events that grows, and how often it was looked through. */
function startList(clock = new HandClock(NOW)) {
  const rows: SeriesRow[] = [];
  const spans: Span[] = [];
  async function* source(span: Span) {
    spans.push(span);
    await Promise.resolve();
    const found = rows.filter(({ at }) => at >= span.from && at < span.to).sort((a, b) => a.at - b.at);
    if (found.length > 0) yield found;
  }
  const history = { latest: async () => [], readings: async () => [], buckets: async () => [] };
  const sources = new Map([[EVENT_MEASUREMENT, source]]);
  const store = new JournalSeries({ site: { id: 's', devices: [] }, history, sources, clock });
  return {
    ...{ clock, spans },
    add: (type: string, at: number) =>
      void rows.push({
        measurement: EVENT_MEASUREMENT,
        at,
        order: 0,
        fields: { text: type },
        tags: { type },
      }),
    types: async () =>
      (await store.all()).flatMap(({ series }) => series.map(({ tags }) => tags['type'])).sort(),
  };
}

test('an event of a clock that stood ahead does not hide what came after it', async () => {
  const { clock, add, types } = startList();
  add('login', NOW - HOUR);
  add('gateway-started', Date.UTC(2099, 0, 1));
  expect(await types()).toEqual(['gateway-started', 'login']);
  await clock.advance(3 * DAY);
  add('user-created', clock.wall());
  expect(await types()).toEqual(['gateway-started', 'login', 'user-created']);
});

test('what came since the last question is found though the clock was put back in between', async () => {
  const { clock, add, types } = startList(new HandClock(NOW + 900 * DAY));
  add('login', clock.wall());
  expect(await types()).toEqual(['login']);
  clock.step(-900 * DAY);
  add('user-created', clock.wall());
  await clock.advance(3 * DAY);
  expect(await types()).toEqual(['login', 'user-created']);
});

test('all who wait at once wait for one reading, and the next one reads what came since', async () => {
  const { add, types, spans } = startList();
  add('login', NOW - HOUR);
  expect(await Promise.all([types(), types(), types()])).toEqual([['login'], ['login'], ['login']]);
  expect(spans).toHaveLength(1);
  add('logout', NOW - 2 * HOUR);
  expect(await types()).toEqual(['login', 'logout']);
  expect(spans[1]?.from).toBe(NOW - HOUR - DAY);
});

test('what could not be read is read for the next who asks', async () => {
  let failures = 1;
  const sources = new Map([
    [
      EVENT_MEASUREMENT,
      async function* (): AsyncGenerator<readonly SeriesRow[]> {
        if (failures-- > 0) throw new Error('the disk fails');
        yield [{ measurement: EVENT_MEASUREMENT, at: NOW, order: 0, fields: {}, tags: { type: 'login' } }];
      },
    ],
  ]);
  const history = { latest: async () => [], readings: async () => [], buckets: async () => [] };
  const clock = new HandClock(NOW);
  const store = new JournalSeries({ site: { id: 's', devices: [] }, history, sources, clock });
  await expect(store.all()).rejects.toThrow('the disk fails');
  expect(await store.all()).toHaveLength(1);
});
