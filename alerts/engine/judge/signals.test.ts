import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { alarmSite } from '../../../test/kit/alarms-site.ts';
import { judgeLate, POINT, readingsEntry, START } from '../../../test/kit/alarms-timeline.ts';
import { silentAnnouncer } from '../../../test/kit/silent-announcer.ts';
import { BEGINNING, type Stored } from '../changes.ts';
import { parseState } from '../store/stored-state.ts';
import { Evaluator } from './evaluator.ts';

/** Times as many trials as in `npm test`: `HYGATE_TRIALS=20` for an evening. */
const TRIALS = Number(process.env['HYGATE_TRIALS'] ?? 1);

/** One of each kind, quick enough to be met by some hours of readings. */
const RULES: readonly (readonly [name: string, given: Readonly<Record<string, unknown>>])[] = [
  ['limit', { kind: 'limit', onDelay: 5 * MINUTE, offDelay: 3 * MINUTE }],
  ['no-data', { kind: 'no-data' }],
  ['fault', { kind: 'fault', reasons: ['comm-timeout'], after: 5 * MINUTE }],
  ['frozen', { kind: 'frozen', after: 10 * MINUTE }],
  ['rising', { kind: 'rate' }],
  ['falling', { kind: 'rate', id: 'falling' }],
  ['hourly mean', { kind: 'mean', limit: 7, coverage: 0.5 }],
  ['exposure in one go', { kind: 'exposure', limit: 8 * MINUTE }],
  ['exposure in all', { kind: 'exposure', limit: 20 * MINUTE, within: HOUR }],
  ['kinetic mean', { kind: 'kinetic-mean', limit: 7, within: HOUR }],
  ['disagreement', { kind: 'difference' }],
  ['difference', { kind: 'difference', id: 'difference-low', limit: -2, onDelay: 3 * MINUTE }],
  ['forecast', { kind: 'forecast', horizon: HOUR / 2, limit: 9 }],
  ['limit with hours', { during: [{ from: 8 * 60 + 20, to: 9 * 60 + 40 }] }],
];

const LOWER = 'fridge-1.lower';

/** Some hours of two probes by the minute: steps, ramps, bad and uncertain readings, holes. */
const walk: fc.Arbitrary<Reading[]> = fc
  .array(
    fc.record({
      value: fc.constantFrom(3, 5, 7.5, 9, 12),
      slope: fc.constantFrom(0, 0, 0.05, 0.1, -0.05),
      length: fc.integer({ min: 1, max: 40 }),
      kind: fc.constantFrom('good', 'good', 'good', 'good', 'uncertain', 'bad', 'hole'),
      point: fc.constantFrom(POINT, POINT, POINT, LOWER),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map((runs) =>
    runs.flatMap((run) =>
      Array.from({ length: run.length }, (_, n) => ({ ...run, now: run.value + n * run.slope })),
    ),
  )
  .map((minutes) =>
    minutes.flatMap(({ kind, now, point }, minute): Reading[] => {
      const at = START + minute * MINUTE;
      const quiet = point === POINT ? LOWER : POINT;
      const beside: Reading = { point: quiet, at, value: 5, quality: 'good', reason: null };
      if (kind === 'hole') return [];
      if (kind === 'bad') return [{ point, at, value: null, quality: 'bad', reason: 'comm-timeout' }];
      if (kind === 'uncertain')
        return [{ point, at, value: now, quality: 'uncertain', reason: 'calibration' }];
      return [{ point, at, value: now, quality: 'good', reason: null }, beside];
    }),
  );

const NOTHING: Stored = { position: BEGINNING, points: [], alarms: [], kept: [] };

/** An evaluator that may die at any moment, and whatever it had stored by then. */
class Life {
  readonly #site;
  readonly #alarms = new Map<string, Alarm>();
  readonly #points = new Map<string, string>();
  #evaluator: Evaluator;
  /** What happened, in words: type, and what a person would see of the alarm. */
  readonly told: string[] = [];

  constructor(rule: Rule, now = START) {
    this.#site = alarmSite({ rules: [rule], beside: ['lower'] });
    this.#evaluator = new Evaluator(this.#site, silentAnnouncer, NOTHING, now);
  }

  take(readings: readonly Reading[], now: number): void {
    this.#evaluator.take(readingsEntry(1, now, readings));
    this.tick(now);
  }

  tick(now: number): void {
    this.#evaluator.tick(now);
  }

  restart(now: number): void {
    const position = this.drain();
    const points = [...this.#points].map(([point, text]) => [point, parseState(text)] as const);
    const alarms = [...this.#alarms.values()].filter(({ state }) => state !== 'normal');
    const stored = { position, points, alarms: alarms.map((alarm) => ({ alarm, told: [] })), kept: [] };
    this.#evaluator = new Evaluator(this.#site, silentAnnouncer, stored, now);
  }

  drain(): Stored['position'] {
    const { position, points, alarms, events } = this.#evaluator.drain();
    for (const [point, state] of points) this.#points.set(point, JSON.stringify(state));
    for (const alarm of alarms) this.#alarms.set(alarm.id, structuredClone(alarm));
    for (const { event } of events) {
      const { since, raisedAt, clearedAt, value, worst, expectedAt } = event.alarm;
      this.told.push(
        JSON.stringify([event.type, event.at, { since, raisedAt, clearedAt, value, worst, expectedAt }]),
      );
    }
    return position;
  }

  judgeLate(readings: readonly Reading[]): void {
    this.drain();
    judgeLate(this.#evaluator, [readingsEntry(1, 0, readings)], [...this.#alarms.values()]);
  }

  get alarms(): string[] {
    this.drain();
    return [...this.#alarms.values()]
      .sort((a, b) => a.since - b.since || a.raisedAt - b.raisedAt)
      .map(({ since, raisedAt, clearedAt, value, worst }) =>
        JSON.stringify([since, raisedAt, clearedAt, value, worst]),
      );
  }
}

/** Lives through the readings minute by minute; dies after each of `deaths`. */
function lived(rule: Rule, readings: readonly Reading[], deaths: ReadonlySet<number>): string[] {
  const life = new Life(rule);
  const byTime = Map.groupBy(readings, ({ at }) => at);
  const end = (readings.at(-1)?.at ?? START) + 70 * MINUTE;
  for (let now = START; now <= end; now += 5 * SECOND) {
    const come = byTime.get(now);
    if (come !== undefined) life.take(come, now);
    else life.tick(now);
    if (deaths.has((now - START) / (5 * SECOND))) life.restart(now);
  }
  life.drain();
  return life.told;
}

describe.each(RULES)('%s', (_name, given) => {
  const rule = ruleLike(given);

  test('says the same with any number of deaths in between, to the second', () => {
    fc.assert(
      fc.property(walk, fc.array(fc.nat(4_000), { maxLength: 40 }), (readings, deaths) => {
        expect(lived(rule, readings, new Set(deaths))).toEqual(lived(rule, readings, new Set()));
      }),
      { numRuns: 6 * TRIALS },
    );
  });

  test('is met by such readings, so that the rest says something', () => {
    const isMet = (readings: readonly Reading[]) =>
      lived(rule, readings, new Set()).some((line) => line.includes('"raised"'));
    expect(fc.sample(walk, { numRuns: 40, seed: 11 }).some(isMet)).toBe(true);
  });
});

// That readings are bad is what a fault is about; and an hour is over whatever comes after it.
const OF_VALUES = RULES.filter(
  ([, { kind, during }]) => kind !== 'fault' && kind !== 'mean' && during === undefined,
);

test.each(OF_VALUES)('%s is neither raised nor cleared by a bad reading', (_name, given) => {
  fc.assert(
    fc.property(walk, (readings) => {
      const life = new Life(ruleLike(given));
      for (const reading of readings) {
        life.tick(reading.at);
        life.drain();
        const before = life.told.length;
        life.take([reading], reading.at);
        life.drain();
        if (reading.quality === 'bad') expect(life.told.slice(before)).toEqual([]);
      }
    }),
    { numRuns: 12 * TRIALS },
  );
});

const LATE = RULES.filter(
  ([, { kind, during }]) => kind !== 'no-data' && kind !== 'forecast' && during === undefined,
);

describe.each(LATE)('%s, from a logger that comes back', (_name, given) => {
  const rule = ruleLike(given);
  const back = START + 72 * HOUR;

  test('finds in late readings, in any pieces, what it would have found in time', () => {
    fc.assert(
      fc.property(walk, fc.integer({ min: 1, max: 40 }), (readings, size) => {
        if (!readings.some(({ point, quality }) => point === POINT && quality !== 'bad')) return;
        const inTime = new Life(rule);
        for (const reading of readings) inTime.take([reading], reading.at);
        inTime.tick(START + 10 * HOUR);
        const late = new Life(rule, back);
        for (let from = 0; from < readings.length; from += size)
          late.take(readings.slice(from, from + size), back);
        for (let second = 1; second < 8; second++) late.tick(back + second * SECOND);
        late.judgeLate(readings);
        late.tick(back + MINUTE);
        expect(late.alarms).toEqual(inTime.alarms);
      }),
      { numRuns: 24 * TRIALS },
    );
  });
});
