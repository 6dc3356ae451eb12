import fc from 'fast-check';
import { expect, test } from 'vitest';
import { REASONS } from '#model/quality';
import { DAY, HOUR, MINUTE } from '#model/time';
import { MAX_PAYLOAD_BYTES } from '#model/wire';
import { type DoorDevice, judge } from './judgement.ts';

const NOW = Date.UTC(2026, 5, 1);
const box: DoorDevice = { id: 'box', points: new Map([['temp', { id: 'box.temp', low: -50, high: 60 }]]) };
const judgeText = (text: string) => judge(Buffer.from(text), box, NOW);
const judgeReadings = (...readings: unknown[]) => judgeText(JSON.stringify({ v: 1, readings }));
const temp = (value: unknown, at: unknown = NOW, more: object = {}) => ({
  point: 'temp',
  at,
  value,
  ...more,
});
const only = (reading: unknown) => judgeReadings(reading).readings[0];

test.each([
  ['nothing at all', '', 'not-json'],
  ['text', 'hello', 'not-json'],
  ['a cut message', '{"v":1,"readings":[', 'not-json'],
  ['NaN', '{"v":1,"readings":[{"point":"temp","at":1,"value":NaN}]}', 'not-json'],
  ['null', 'null', 'malformed'],
  ['a number', '4.2', 'malformed'],
  ['an array', '[]', 'wrong-version'],
  ['no version', '{"readings":[]}', 'wrong-version'],
  ['version 2', '{"v":2,"readings":[]}', 'wrong-version'],
  ['no readings', '{"v":1}', 'malformed'],
  ['readings that are no list', '{"v":1,"readings":{}}', 'malformed'],
  ['more bytes than allowed', ' '.repeat(MAX_PAYLOAD_BYTES + 1), 'too-large'],
])('%s is refused whole', (_what, text, why) => {
  expect(judgeText(text)).toEqual({ readings: [], aside: [], refused: [], whole: why });
});

test.each([
  ['a string for a number', temp('4.2'), 'not-a-number'],
  ['no value, called good', temp(null), 'not-a-number'],
  ['a time that is no whole number', temp(4, NOW + 0.5), 'malformed'],
  ['a time as text', temp(4, '2026-06-01T00:00:00Z'), 'malformed'],
  ['an unknown point', { ...temp(4), point: 'pressure' }, 'unknown-point'],
  ['a name of the language for a point', { ...temp(4), point: '__proto__' }, 'unknown-point'],
  ['an unknown quality', temp(4, NOW, { q: 'great' }), 'malformed'],
  ['an unknown reason', temp(4, NOW, { q: 'bad', why: 'mood' }), 'malformed'],
  ['a list', [1, 2], 'malformed'],
])('%s is refused and its neighbours are stored', (_what, wrong, why) => {
  const judgement = judgeReadings(temp(1), wrong, temp(2, NOW + 1));
  expect(judgement.readings.map(({ value }) => value)).toEqual([1, 2]);
  expect(judgement).toMatchObject({ refused: [why], whole: null });
});

test.each([
  ['in 1970', 3_600_000, 'time-past'],
  ['before 1970', -5, 'time-past'],
  ['401 days ago', NOW - 401 * DAY, 'time-past'],
  ['next year', NOW + 365 * DAY, 'time-future'],
  ['61 minutes ahead', NOW + 61 * MINUTE, 'time-future'],
])('a reading of a time %s is set aside whole, and its neighbours are stored', (_what, at, why) => {
  const { readings, aside, refused } = judgeReadings(temp(1), temp(4, at), temp(2, NOW + 1));
  expect(readings.map(({ value }) => value)).toEqual([1, 2]);
  const kept = { point: 'box.temp', at, value: 4, quality: 'uncertain', reason: 'clock' };
  expect({ aside, refused }).toEqual({ aside: [{ why, readings: [kept] }], refused: [] });
});

/** What a reading that the device took `age` ago becomes, when its clock is behind ours by `offset`. */
const ofDevice = (offset: number, age = 0) => {
  const now = NOW - offset;
  const message = { v: 1, now, readings: [temp(4, now - age)] };
  return judgeText(JSON.stringify(message)).readings[0];
};

test.each([-30, -7, -3, 0, 7, 30])(
  'a clock that is known to be off by %i minutes makes nothing doubtful',
  (minutes) => {
    expect(ofDevice(minutes * MINUTE)).toMatchObject({ value: 4, quality: 'good' });
    expect(ofDevice(minutes * MINUTE, 3 * DAY)).toMatchObject({ quality: 'good' });
  },
);

test.each([-31, 31, 24 * 60])('one that is known to be off by %i minutes does', (minutes) => {
  expect(ofDevice(minutes * MINUTE)).toMatchObject({ quality: 'uncertain', reason: 'clock' });
});

test('a reading of a time that the device itself has not reached is doubtful', () => {
  expect(ofDevice(7 * MINUTE, -2 * MINUTE)).toMatchObject({ quality: 'good' });
  expect(ofDevice(7 * MINUTE, -3 * MINUTE)).toMatchObject({ quality: 'uncertain', reason: 'clock' });
});

test('a number too large for a number is not one', () => {
  const text = `{"v":1,"readings":[{"point":"temp","at":${NOW},"value":1e999}]}`;
  expect(judgeText(text)).toEqual({ readings: [], aside: [], refused: ['not-a-number'], whole: null });
});

test('a clock a little ahead makes a reading uncertain; one ahead by drift does not', () => {
  expect(only(temp(4, NOW + 2 * MINUTE))).toMatchObject({ quality: 'good', reason: null });
  expect(only(temp(4, NOW + 2 * MINUTE + 1))).toMatchObject({ quality: 'uncertain', reason: 'clock' });
  expect(only(temp(4, NOW + HOUR))).toMatchObject({ value: 4, quality: 'uncertain', reason: 'clock' });
});

test('a value outside the range of the point is kept, as bad', () => {
  expect(only(temp(60))).toMatchObject({ quality: 'good' });
  expect(only(temp(60.1))).toMatchObject({ value: 60.1, quality: 'bad', reason: 'out-of-range' });
  expect(only(temp(-51, NOW + HOUR))).toMatchObject({ value: -51, quality: 'bad', reason: 'out-of-range' });
});

test('what the source called bad or uncertain stays so, with its reason', () => {
  const bad = { q: 'bad', why: 'sensor-fault' };
  expect(only(temp(null, NOW, bad))).toMatchObject({ value: null, quality: 'bad', reason: 'sensor-fault' });
  expect(only(temp(999, NOW, bad))).toMatchObject({ value: 999, quality: 'bad', reason: 'sensor-fault' });
  const calibrating = { q: 'uncertain', why: 'calibration' };
  expect(only(temp(4, NOW + HOUR, calibrating))).toMatchObject({
    quality: 'uncertain',
    reason: 'calibration',
  });
});

const anything = fc.oneof(
  fc.jsonValue(),
  fc.record({ v: fc.constant(1), readings: fc.jsonValue() }),
  fc.record({
    v: fc.constant(1),
    readings: fc.array(
      fc.record(
        {
          point: fc.constantFrom('temp', 'other', 7),
          at: fc.oneof(fc.integer({ min: NOW - 500 * DAY, max: NOW + 500 * DAY }), fc.jsonValue()),
          value: fc.oneof(fc.double(), fc.jsonValue()),
          q: fc.constantFrom('good', 'uncertain', 'bad', 'x'),
          why: fc.constantFrom(...REASONS, 'x', null),
        },
        { requiredKeys: [] },
      ),
    ),
  }),
);

test('whatever comes as JSON: what is stored and what is refused together are what was sent', () => {
  fc.assert(
    fc.property(anything, (message) => {
      const { readings, aside, refused, whole } = judgeText(JSON.stringify(message));
      const kept = readings.length + aside.reduce((sum, one) => sum + one.readings.length, 0);
      const sent = (message as { readings?: unknown[] } | null)?.readings;
      if (whole === null) expect(kept + refused.length).toBe(sent?.length);
      else expect(kept + refused.length).toBe(0);
    }),
  );
});

test('whatever comes as bytes is judged without an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      judge(Buffer.from(bytes), box, NOW);
    }),
  );
});

test('what is stored is always within its rules', () => {
  fc.assert(
    fc.property(anything, (message) => {
      for (const { value, quality, reason, at, point } of judgeText(JSON.stringify(message)).readings) {
        expect(point).toBe('box.temp');
        expect(at).toBeLessThanOrEqual(NOW + HOUR);
        expect(at).toBeGreaterThanOrEqual(NOW - 400 * DAY);
        expect(reason === null).toBe(quality === 'good');
        if (quality !== 'bad') expect(value).toSatisfy((v: number) => v >= -50 && v <= 60);
      }
    }),
  );
});
