import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GapCause } from '#model/outage';
import { writePoints } from '#model/points-event';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { Incidents } from './incidents.ts';
import { ledgerOf } from './point-ledger.ts';

const START = Math.floor(1_700_000_000_000 / HOUR) * HOUR;
const POINT = 'fridge.temp';

type Fact = readonly [type: string, at: number, data: Record<string, unknown>];

function incidentsOf(...facts: readonly Fact[]): Incidents {
  const incidents = new Incidents();
  for (const [type, at, data] of facts) incidents.add({ type, at: START + at, by: null, data });
  return incidents;
}

const configured = (at: number, every: number | null): Fact => [
  'points-configured',
  at,
  writePoints(
    every === null
      ? [['other.temp', MINUTE]]
      : [
          [POINT, every],
          ['other.temp', MINUTE],
        ],
  ),
];

const outage = (cause: GapCause, from: number, to: number | null, device: string | null = 'fridge'): Fact => [
  'outage',
  to ?? from,
  { cause, device, from: START + from, to: to === null ? null : START + to, readings: null },
];

const started = (ranUntil: number, at: number, before: GapCause): Fact => [
  'gateway-started',
  at,
  { ranUntil: START + ranUntil, before },
];

function ask(facts: readonly Fact[], times: readonly number[], to = 3 * HOUR) {
  const incidents = incidentsOf(...facts);
  const at = times.map((time) => START + time);
  const end = START + to;
  return ledgerOf({
    ...{ point: POINT, from: START, to: end, end, incidents, at },
    eras: incidents.eras(POINT),
    mark: at.map(() => 0),
  });
}

const minutes = (from: number, to: number, every = MINUTE): number[] =>
  Array.from({ length: Math.ceil((to - from) / every) }, (_, n) => from + n * every);

const told = (gaps: ReturnType<typeof ask>['gaps']) => gaps.map(({ cause, missing }) => [cause, missing]);

test('an hour without a gap is expected and stored in full', () => {
  const { hours, gaps, unbalanced } = ask([configured(0, MINUTE)], minutes(0, 3 * HOUR));
  expect(hours.map(({ expected, stored, missing }) => [expected, stored, missing])).toEqual([
    [60, 60, {}],
    [60, 60, {}],
    [60, 60, {}],
  ]);
  expect({ gaps, unbalanced }).toEqual({ gaps: [], unbalanced: [] });
});

test('a gap over the hour is parted by the hour', () => {
  const times = [...minutes(0, 50 * MINUTE), ...minutes(70 * MINUTE, 3 * HOUR)];
  const { hours, gaps } = ask([configured(0, MINUTE)], times);
  expect(hours.map(({ expected, missing }) => [expected, missing])).toEqual([
    [60, { silent: 10 }],
    [60, { silent: 10 }],
    [60, {}],
  ]);
  expect(gaps).toEqual([
    { point: POINT, from: START + 50 * MINUTE, to: START + 70 * MINUTE, missing: 20, cause: 'silent' },
  ]);
});

test.each(['gateway-stopped', 'gateway-died', 'power-lost'] as const)(
  'from the end of a run to the next start it is %s, the first seconds after it too',
  (cause) => {
    const facts = [configured(0, 10 * SECOND), started(30 * MINUTE, 40 * MINUTE, cause)];
    const times = [
      ...minutes(0, 30 * MINUTE - 20 * SECOND, 10 * SECOND),
      ...minutes(40 * MINUTE + 22 * SECOND, HOUR, 10 * SECOND),
    ];
    expect(told(ask(facts, times, HOUR).gaps)).toEqual([[cause, 64]]);
  },
);

test('what was silent already when the gateway stopped is told apart', () => {
  const facts = [configured(0, MINUTE), started(30 * MINUTE, 40 * MINUTE, 'power-lost')];
  const times = [...minutes(0, 10 * MINUTE), ...minutes(41 * MINUTE, HOUR)];
  expect(told(ask(facts, times, HOUR).gaps)).toEqual([
    ['silent', 20],
    ['power-lost', 11],
  ]);
});

test('an outage of another device explains nothing, one of all devices does', () => {
  const times = [...minutes(0, 10 * MINUTE), ...minutes(20 * MINUTE, HOUR)];
  const other = outage('device-offline', 9 * MINUTE, 21 * MINUTE, 'freezer');
  expect(told(ask([configured(0, MINUTE), other], times, HOUR).gaps)).toEqual([['silent', 10]]);
  const all = outage('disk', 9 * MINUTE, 21 * MINUTE, null);
  expect(told(ask([configured(0, MINUTE), other, all], times, HOUR).gaps)).toEqual([['disk', 10]]);
});

test('an outage explains a gap and makes none', () => {
  const facts = [configured(0, MINUTE), outage('device-offline', 5 * MINUTE, 50 * MINUTE)];
  const { hours, gaps } = ask(facts, minutes(0, HOUR), HOUR);
  expect(gaps).toEqual([]);
  expect(hours[0]).toMatchObject({ expected: 60, stored: 60, missing: {} });
});

test('of several outages the one that would have been enough alone is the cause', () => {
  const facts = [
    configured(0, MINUTE),
    outage('read-skipped', 0, HOUR),
    outage('device-offline', 10 * MINUTE, 40 * MINUTE),
    started(20 * MINUTE, 30 * MINUTE, 'gateway-died'),
  ];
  const times = [...minutes(0, 10 * MINUTE), ...minutes(40 * MINUTE, HOUR)];
  const missing = ask(facts, times, HOUR).hours[0]?.missing;
  expect(missing).toEqual({ 'device-offline': 19, 'gateway-died': 11 });
});

test('an outage that was open when the gateway died ends there', () => {
  const facts = [
    configured(0, MINUTE),
    outage('device-offline', 10 * MINUTE, null),
    started(20 * MINUTE, 30 * MINUTE, 'power-lost'),
  ];
  const times = minutes(0, 10 * MINUTE);
  expect(told(ask(facts, times, HOUR).gaps)).toEqual([
    ['device-offline', 10],
    ['power-lost', 11],
    ['silent', 29],
  ]);
});

test('an outage that lasts explains until now, and what is told of it later takes its place', () => {
  const open = outage('device-offline', 10 * MINUTE, null);
  const times = [...minutes(0, 10 * MINUTE), ...minutes(40 * MINUTE, HOUR)];
  expect(told(ask([configured(0, MINUTE), open], times, HOUR).gaps)).toEqual([['device-offline', 30]]);
  const over = outage('device-offline', 10 * MINUTE, 20 * MINUTE);
  expect(told(ask([configured(0, MINUTE), open, over], times, HOUR).gaps)).toEqual([
    ['device-offline', 11],
    ['silent', 19],
  ]);
});

test('a logger that comes back and sends what it kept closes its gap', () => {
  const facts = [configured(0, MINUTE), outage('device-offline', 10 * MINUTE, 2 * HOUR)];
  const { gaps, hours } = ask(facts, minutes(0, 3 * HOUR));
  expect(gaps).toEqual([]);
  expect(hours.every(({ expected, stored }) => expected === 60 && stored === 60)).toBe(true);
});

test('a point that is added, removed and added again was not configured in between, and nothing was due', () => {
  const facts = [
    configured(0, null),
    configured(HOUR, MINUTE),
    configured(2 * HOUR, null),
    configured(2.5 * HOUR, MINUTE),
  ];
  const times = [...minutes(HOUR, 2 * HOUR), ...minutes(2.5 * HOUR, 3 * HOUR)];
  const { gaps, hours, unbalanced } = ask(facts, times);
  expect(gaps.map(({ from, to, ...rest }) => [from - START, to - START, rest.cause, rest.missing])).toEqual([
    [0, HOUR, 'not-configured', 0],
    [2 * HOUR, 2.5 * HOUR, 'not-configured', 0],
  ]);
  expect(hours.map(({ from, expected }) => [from - START, expected])).toEqual([
    [HOUR, 60],
    [2 * HOUR, 30],
  ]);
  expect(unbalanced).toEqual([]);
});

test('a changed period counts from the moment of the change', () => {
  const facts = [configured(0, MINUTE), configured(HOUR, 10 * SECOND)];
  const times = [...minutes(0, HOUR), ...minutes(HOUR, 2 * HOUR, 10 * SECOND)];
  const { gaps, hours, unbalanced } = ask(facts, times, 2 * HOUR);
  expect({ gaps, unbalanced }).toEqual({ gaps: [], unbalanced: [] });
  expect(hours.map(({ expected }) => expected)).toEqual([60, 360]);
});

test('readings from before a point was configured are more than was asked for', () => {
  const { hours } = ask([configured(HOUR, MINUTE)], minutes(50 * MINUTE, 2 * HOUR), 2 * HOUR);
  expect(hours.map(({ expected, extra }) => [expected, extra])).toEqual([
    [0, 10],
    [60, 0],
  ]);
});

test('whatever happens, expected = stored + missing in each hour, and the count fits the period', () => {
  const CAUSES = ['disk', 'device-offline', 'read-skipped', 'dropped'] as const;
  const life = fc.record({
    every: fc.constantFrom(SECOND * 7, MINUTE, 10 * MINUTE, HOUR),
    lost: fc.array(fc.tuple(fc.nat(DAY), fc.nat(6 * HOUR)), { maxLength: 8 }),
    outages: fc.array(
      fc.tuple(fc.constantFrom(...CAUSES), fc.nat(DAY), fc.nat(6 * HOUR), fc.constantFrom('fridge', null)),
      { maxLength: 8 },
    ),
    starts: fc.array(fc.tuple(fc.nat(DAY), fc.nat(HOUR)), { maxLength: 4 }),
    jitter: fc.double({ min: 0, max: 0.4, noNaN: true }),
  });
  fc.assert(
    fc.property(life, fc.nat(), (one, seed) => {
      const { every, lost, outages, starts, jitter } = one;
      const facts = [
        configured(0, every),
        ...outages.map(([cause, from, length, device]) => outage(cause, from, from + length, device)),
        ...starts.map(([from, length]) => started(from, from + length, 'gateway-died')),
      ];
      const isLost = (at: number) => lost.some(([from, length]) => at >= from && at < from + length);
      const times = minutes(0, DAY, every)
        .filter((at) => !isLost(at))
        .map((at) => Math.max(0, Math.round(at + noise(seed, at) * jitter * every)));
      const { hours, gaps, unbalanced } = ask(
        facts,
        [...new Set(times)].sort((a, b) => a - b),
        DAY,
      );
      expect(unbalanced).toEqual([]);
      for (const { expected, stored, missing } of hours) {
        expect(expected).toBe(stored + Object.values(missing).reduce((sum, count) => sum + count, 0));
      }
      const gone = hours.reduce((sum, { expected, stored }) => sum + expected - stored, 0);
      expect(gaps.reduce((sum, gap) => sum + gap.missing, 0)).toBe(gone);
      for (const [i, gap] of gaps.entries()) {
        expect(gap.to).toBeGreaterThan(gap.from);
        expect(gap.from).toBeGreaterThanOrEqual((gaps[i - 1]?.to ?? 0) - 1);
      }
    }),
    { numRuns: 200 },
  );
});

/** From -1 to 1, the same for the same two numbers. */
const noise = (seed: number, n: number): number => Math.sin(seed * 0.7 + n * 12.9898) * Math.cos(n * 4.1414);
