import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Entry } from '#model/journal';
import type { Reading } from '#model/reading';
import { setAsideEvents } from '#model/set-aside';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { goodReading } from '../../../test/kit/alarms-engine.ts';
import { alarmSite, limitRule } from '../../../test/kit/alarms-site.ts';
import { judgeLate, POINT, readingsEntry, START } from '../../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../../test/kit/silent-announcer.ts';
import { BEGINNING } from '../changes.ts';
import { Evaluator } from './evaluator.ts';
import { compileLane, NORMAL } from './lane.ts';
import { retrace } from './retrace.ts';

const RULE = limitRule({ onDelay: 5 * MINUTE, offDelay: 2 * MINUTE });
/** When the logger comes back: long after all that it measured. */
const BACK = START + 72 * HOUR;

/** The gateway's alarm half over a journal in memory: what comes, what rests, and what is known in the end. */
class Ward {
  readonly #evaluator = new Evaluator(
    alarmSite({ rules: [RULE] }),
    silentAnnouncer,
    { position: BEGINNING, points: [], alarms: [], kept: [] },
    BACK,
  );
  readonly #rows: Entry[] = [];
  readonly #alarms = new Map<string, Alarm>();
  readonly #stored = new Set<number>();
  #now = BACK;
  raised = 0;

  /** As the journal does: what is there already is dropped. */
  come(readings: readonly Reading[]): void {
    const fresh = readings.filter(({ at }) => !this.#stored.has(at) && this.#stored.add(at));
    this.#take(readingsEntry(this.#rows.length + 1, this.#now, fresh));
  }

  conflict(readings: readonly Reading[]): void {
    for (const event of setAsideEvents({ why: 'conflict', readings }, this.#now, null))
      this.#take({ kind: 'event', seq: this.#rows.length + 1, arrived: this.#now, event });
  }

  /** Time passes without a word. */
  rest(seconds = 8): void {
    for (let n = 0; n < seconds; n++) {
      this.#now += SECOND;
      this.#evaluator.tick(this.#now);
      judgeLate(this.#evaluator, this.#rows, [...this.#alarms.values()]);
      const { alarms, events } = structuredClone(this.#evaluator.drain());
      for (const alarm of alarms) this.#alarms.set(alarm.id, alarm);
      this.raised += events.filter(({ event }) => event.type === 'raised').length;
    }
  }

  get alarms(): Alarm[] {
    return [...this.#alarms.values()].sort((a, b) => a.since - b.since);
  }

  #take(row: Entry): void {
    this.#rows.push(row);
    this.#evaluator.take(row);
  }
}

/** Some hours of a logger by the minute; it goes in and out of its limit and misses a few. */
const memory: fc.Arbitrary<Reading[]> = fc
  .array(fc.tuple(fc.constantFrom(5, 7.8, 9, 9, 12), fc.integer({ min: 1, max: 14 }), fc.boolean()), {
    minLength: 1,
    maxLength: 25,
  })
  .map((runs) => {
    const values = runs.flatMap(([value, length, there]) =>
      Array<number | null>(length).fill(there ? value : null),
    );
    return values.flatMap((value, minute) =>
      value === null ? [] : [goodReading(value, START + minute * MINUTE, POINT)],
    );
  })
  .filter((readings) => readings.length > 0);

const inOrder = (readings: readonly Reading[]) => {
  const { over, state } = retrace(compileLane(RULE, MINUTE), NORMAL, readings);
  return [...over, ...(state.phase === 'active' ? [{ ...state, clearedAt: null }] : [])];
};

const shuffled = (readings: readonly Reading[]) =>
  fc.shuffledSubarray([...readings, ...readings], { minLength: 2 * readings.length });

test('what comes shuffled and twice in one stream gives the alarms of the same in order, each once and marked late', () => {
  fc.assert(
    fc.property(
      memory.chain((all) => fc.tuple(fc.constant(all), shuffled(all), fc.integer({ min: 1, max: 40 }))),
      ([all, sent, size]) => {
        const ward = new Ward();
        for (let from = 0; from < sent.length; from += size) ward.come(sent.slice(from, from + size));
        ward.rest();
        const shown = ({ since, raisedAt, value, worst, clearedAt }: Alarm) => ({
          ...{ since, raisedAt, value, worst, clearedAt },
        });
        const expected = inOrder(all).map(({ since, raisedAt, value, worst, clearedAt }) => ({
          ...{ since, raisedAt, value, worst, clearedAt },
        }));
        expect(ward.alarms.map(shown)).toEqual(expected);
        expect(ward.raised).toBe(expected.length);
        expect(ward.alarms.every(({ late }) => late)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('what comes in several streams, in any order, leaves no excursion untold, and tells none of its parts twice', () => {
  fc.assert(
    fc.property(
      memory.chain((all) => fc.tuple(fc.constant(all), shuffled(all), fc.integer({ min: 5, max: 60 }))),
      ([all, sent, size]) => {
        const ward = new Ward();
        for (let from = 0; from < sent.length; from += size) {
          ward.come(sent.slice(from, from + size));
          ward.rest();
        }
        ward.rest();
        for (const { since, clearedAt } of inOrder(all)) {
          const end = clearedAt ?? Number.POSITIVE_INFINITY;
          const touching = ward.alarms.filter(
            (alarm) => alarm.since <= end && (alarm.clearedAt ?? Number.POSITIVE_INFINITY) >= since,
          );
          expect(touching.length, 'an excursion that nobody was told of').toBeGreaterThan(0);
          expect(Math.min(...touching.map((alarm) => alarm.since))).toBeLessThanOrEqual(since);
        }
        const lasting = ward.alarms.filter(({ clearedAt }) => clearedAt === null);
        expect(lasting.length).toBeLessThanOrEqual(1);
        const before = ward.raised;
        // The whole memory once more: nothing of it is news.
        ward.come(all);
        ward.rest();
        expect(ward.raised).toBe(before);
      },
    ),
    { numRuns: 300 },
  );
});

const minutes = (from: number, values: readonly number[]) =>
  values.map((value, index) => goodReading(value, START + (from + index) * MINUTE, POINT));
const run = (value: number, length: number) => Array<number>(length).fill(value);

test('a late part that belongs to a known excursion widens it and is no second alarm', () => {
  const ward = new Ward();
  ward.come(minutes(20, [...run(9, 10), ...run(5, 10)]));
  ward.rest();
  expect(ward.alarms).toMatchObject([
    { since: START + 20 * MINUTE, clearedAt: START + 30 * MINUTE, worst: 9 },
  ]);
  ward.come(minutes(0, [...run(5, 10), ...run(12, 10)]));
  ward.rest();
  expect(ward.alarms).toMatchObject([
    { since: START + 10 * MINUTE, clearedAt: START + 30 * MINUTE, worst: 12 },
  ]);
});

test('an excursion that looked longer while readings were missing is as long as it was when they have come', () => {
  const ward = new Ward();
  const all = minutes(0, [...run(9, 20), ...run(5, 20), ...run(5, 20)]);
  ward.come([...all.slice(0, 10), ...all.slice(45)]);
  ward.rest();
  expect(ward.alarms).toMatchObject([{ since: START, clearedAt: START + 45 * MINUTE }]);
  ward.come(all.slice(10, 45));
  ward.rest();
  expect(ward.alarms).toMatchObject([{ since: START, clearedAt: START + 20 * MINUTE }]);
  expect(ward.raised).toBe(1);
});

test('a late part that bridges two known excursions is no third alarm', () => {
  const ward = new Ward();
  ward.come([...minutes(40, run(9, 10)), ...minutes(50, run(5, 10))]);
  ward.rest();
  ward.come(minutes(0, run(9, 10)));
  ward.rest();
  expect(ward.raised).toBe(2);
  ward.come(minutes(10, run(9, 30)));
  ward.rest();
  expect(ward.raised).toBe(2);
  const [first] = ward.alarms;
  expect(first).toMatchObject({ since: START, clearedAt: START + 50 * MINUTE });
});

test('100,000 late readings of a point are judged, and cost the state no more than one', () => {
  const ward = new Ward();
  const values = Array.from({ length: 100_000 }, (_, second) => (second % 50_000 < 1_000 ? 9 : 5));
  const readings = values.map((value, second) => goodReading(value, START + second * SECOND, POINT));
  for (let from = 0; from < readings.length; from += 4_000) ward.come(readings.slice(from, from + 4_000));
  ward.rest();
  expect(ward.alarms).toMatchObject([
    { since: START, clearedAt: START + 1_000 * SECOND },
    { since: START + 50_000 * SECOND, clearedAt: START + 51_000 * SECOND },
  ]);
});

test('an excursion among readings whose times are taken by others is an alarm, too', () => {
  const ward = new Ward();
  ward.come(minutes(0, run(5, 60)));
  ward.rest();
  // The clock of the box fell back an hour: the same minutes again, and this time it is warm.
  ward.conflict(minutes(20, run(9, 10)));
  ward.rest();
  expect(ward.alarms).toMatchObject([{ since: START + 20 * MINUTE, worst: 9, late: true }]);
});

test.each([
  ['the first reading beyond the limit', [0], [1, 2, 3, 4, 19, 20]],
  ['one that joins two runs which were too far apart', [18], [0, 1, 2, 3, 19, 20]],
])(
  '%s comes late: the excursion begins where it began, across a hole that a delay outlives',
  (_, late, first) => {
    const ward = new Ward();
    const warm = (minute: number) => minutes(minute, [9]);
    ward.come([...first.flatMap(warm), ...minutes(60, run(9, 10))]);
    ward.rest();
    ward.come(late.flatMap(warm));
    ward.rest();
    expect(ward.alarms.map(({ since }) => (since - START) / MINUTE)).toContain(0);
  },
);
