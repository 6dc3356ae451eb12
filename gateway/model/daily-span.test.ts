import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inSpan } from './daily-span.ts';
import type { DailySpan } from './rule.ts';
import { DAY, HOUR, MINUTE } from './time.ts';
import { dayOf, hourOf, offsetAt, wallTime } from './zone.ts';

const at = (text: string) => Date.parse(text);
const ZONES = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'UTC',
];

const TABLE: readonly [what: string, span: DailySpan, moment: string, zone: string, inside: boolean][] = [
  ['the beginning is inside', { from: 480, to: 600 }, '2026-01-05T08:00:00+08:00', 'Asia/Shanghai', true],
  [
    'the last moment is inside',
    { from: 480, to: 600 },
    '2026-01-05T09:59:59.999+08:00',
    'Asia/Shanghai',
    true,
  ],
  ['the end is outside', { from: 480, to: 600 }, '2026-01-05T10:00:00+08:00', 'Asia/Shanghai', false],
  ['the zone decides', { from: 480, to: 600 }, '2026-01-05T08:30:00Z', 'Asia/Shanghai', false],
  ['before midnight', { from: 1200, to: 360 }, '2026-01-05T23:00:00+08:00', 'Asia/Shanghai', true],
  ['after midnight', { from: 1200, to: 360 }, '2026-01-06T05:59:00+08:00', 'Asia/Shanghai', true],
  ['over in the morning', { from: 1200, to: 360 }, '2026-01-06T06:00:00+08:00', 'Asia/Shanghai', false],
  [
    'Friday night lasts until Saturday',
    { days: [5], from: 1320, to: 360 },
    '2026-01-10T05:00:00+08:00',
    'Asia/Shanghai',
    true,
  ],
  [
    'Friday morning is Thursday night',
    { days: [5], from: 1320, to: 360 },
    '2026-01-09T05:00:00+08:00',
    'Asia/Shanghai',
    false,
  ],
  [
    'Sunday night lasts until Monday',
    { days: [7], from: 1320, to: 360 },
    '2026-01-12T05:00:00+08:00',
    'Asia/Shanghai',
    true,
  ],
  ['until midnight', { from: 1200, to: 1440 }, '2026-01-05T23:59:59+08:00', 'Asia/Shanghai', true],
  [
    'until midnight, not after',
    { from: 1200, to: 1440 },
    '2026-01-06T00:00:00+08:00',
    'Asia/Shanghai',
    false,
  ],
  ['a span as long as the day', { from: 420, to: 420 }, '2026-01-05T06:59:00+08:00', 'Asia/Shanghai', true],
  ['after the clock was put forward', { from: 180, to: 240 }, '2026-03-29T01:00:00Z', 'Europe/Berlin', true],
  ['the first of two o’clock halves', { from: 120, to: 150 }, '2026-10-25T00:15:00Z', 'Europe/Berlin', true],
  ['between them', { from: 120, to: 150 }, '2026-10-25T00:45:00Z', 'Europe/Berlin', false],
  ['the second of them', { from: 120, to: 150 }, '2026-10-25T01:15:00Z', 'Europe/Berlin', true],
];

describe('a daily span', () => {
  test.each(TABLE)('%s', (_, span, moment, zone, inside) => {
    expect(inSpan([span], at(moment), zone)).toBe(inside);
  });

  test('a span that lies in the hour which is left out does not come', () => {
    const day = dayOf(at('2026-03-29T12:00:00Z'), 'Europe/Berlin');
    for (let now = day.from; now < day.to; now += MINUTE)
      expect(inSpan([{ from: 120, to: 180 }], now, 'Europe/Berlin')).toBe(false);
  });

  test('any of several is enough, and of none nothing is', () => {
    const spans = [
      { from: 0, to: 60 },
      { from: 480, to: 600 },
    ];
    expect(inSpan(spans, at('2026-01-05T08:30:00Z'), 'UTC')).toBe(true);
    expect(inSpan([], at('2026-01-05T08:30:00Z'), 'UTC')).toBe(false);
  });
});

const moments = fc.integer({ min: at('1999-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') });
const zones = fc.constantFrom(...ZONES);

test('a clock on the wall shows what Temporal says', () => {
  fc.assert(
    fc.property(moments, zones, (now, zone) => {
      const there = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
      expect(wallTime(now, zone)).toEqual({
        weekday: there.dayOfWeek,
        minute: there.hour * 60 + there.minute,
      });
    }),
  );
});

test('days and hours follow one another without holes, and every moment lies in its own', () => {
  fc.assert(
    fc.property(moments, zones, fc.constantFrom(dayOf, hourOf), (now, zone, stretchOf) => {
      const { from, to } = stretchOf(now, zone);
      expect(from <= now && now < to).toBe(true);
      expect(stretchOf(from, zone)).toEqual({ from, to });
      expect(stretchOf(to - 1, zone)).toEqual({ from, to });
      expect(stretchOf(to, zone).from).toBe(to);
    }),
    { numRuns: 500 },
  );
});

test('days and hours stay whole across every change of a clock', () => {
  for (const zone of ZONES) {
    let length = 0;
    for (let now = at('2026-01-01T00:00:00Z'); now < at('2027-01-01T00:00:00Z'); now = hourOf(now, zone).to) {
      const hour = hourOf(now, zone);
      expect(offsetAt(hour.from, zone)).toBe(offsetAt(hour.to - 1, zone));
      length = Math.max(length, hour.to - hour.from);
    }
    expect(length).toBe(HOUR);
  }
  expect(dayOf(at('2026-03-29T12:00:00Z'), 'Europe/Berlin')).toMatchObject({
    to: at('2026-03-29T22:00:00Z'),
  });
  expect(dayOf(at('2026-10-25T12:00:00Z'), 'Europe/Berlin').to - at('2026-10-24T22:00:00Z')).toBe(DAY + HOUR);
});
