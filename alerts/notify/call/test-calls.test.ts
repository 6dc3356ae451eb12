import { expect, test } from 'vitest';
import type { TestCall } from '#model/site';
import { DAY, HOUR, MINUTE } from '#model/time';
import { alarmSite, limitRule } from '../../../test/kit/alarms-site.ts';
import { TellingStage } from '../../../test/kit/telling-stage.ts';
import { latestCall } from './test-calls.ts';

const SHANGHAI = 'Asia/Shanghai';
const at = (text: string, zone = SHANGHAI): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime(zone).epochMilliseconds;

/** The first Monday of the month at ten. */
const call: TestCall = { week: 1, day: 1, at: 600, answerWithin: HOUR };

const site = {
  ...alarmSite({
    rules: [limitRule()],
    people: [
      { id: 'li', name: 'li', channels: ['sms'] },
      { id: 'wang', name: 'wang', channels: ['sms'] },
      { id: 'mute', name: 'mute', channels: [] },
    ],
  }),
  testCall: call,
};

const stage = (start: string) => new TellingStage({ site, start: at(start), step: MINUTE });

test.each([
  ['2026-01-05T09:59', '2025-12-01T10:00'],
  ['2026-01-05T10:00', '2026-01-05T10:00'],
  ['2026-02-01T00:00', '2026-01-05T10:00'],
  ['2026-06-30T23:00', '2026-06-01T10:00'],
])('the last first Monday until %s was %s', (now, moment) => {
  expect(latestCall(call, at(now), SHANGHAI)).toBe(at(moment));
});

test('a fifth day of its name is waited for until a month has one', () => {
  const fifth = { ...call, week: 5, day: 3 };
  expect(latestCall(fifth, at('2026-06-15T00:00'), SHANGHAI)).toBe(at('2026-04-29T10:00'));
});

test('a call at an hour that daylight saving leaves out comes at the change', () => {
  const night = { ...call, week: 5, day: 7, at: 150 };
  const zone = 'Europe/Berlin';
  expect(latestCall(night, at('2026-03-30T00:00', zone), zone)).toBe(at('2026-03-29T03:00', zone));
});

test('everybody who can be reached is called at the moment, once', () => {
  const night = stage('2026-01-05T09:00');
  night.pass(HOUR - MINUTE);
  expect(night.said()).toEqual([]);
  night.pass(MINUTE);
  expect(night.deliveries[0]).toMatchObject({ event: 'test', alarms: [], severity: 'notice' });
  expect(night.said()).toEqual(['test li', 'test wang']);
  night.pass(DAY);
  expect(night.said()).toEqual([]);
});

test('a first start calls nobody for months that it has not seen', () => {
  const night = stage('2026-01-10T09:00');
  night.pass(DAY);
  expect(night.said()).toEqual([]);
});

test('a call that the gateway slept through is made up, and only the last of them', () => {
  const night = stage('2026-01-05T09:00');
  night.pass(MINUTE);
  night.restart();
  night.leap(70 * DAY);
  expect(night.said()).toEqual(['test li', 'test wang']);
  night.restart();
  night.pass(HOUR);
  expect(night.said()).toEqual([]);
});

test('whoever does not answer in time owes an answer until it comes, across restarts and further calls', () => {
  const night = stage('2026-01-05T09:58');
  night.pass(MINUTE * 3);
  night.confirmTest('li');
  night.confirmTest('nobody');
  night.pass(HOUR - 2 * MINUTE);
  expect(night.unanswered()).toEqual([]);
  night.restart();
  night.pass(MINUTE);
  expect(night.unanswered()).toEqual(['wang']);
  night.leap(28 * DAY + MINUTE);
  expect(night.said()).toContain('test wang');
  expect(night.unanswered()).toEqual(['wang']);
  night.confirmTest('wang');
  night.restart();
  expect(night.unanswered()).toEqual([]);
  night.leap(HOUR);
  expect(night.unanswered()).toEqual(['li']);
});

test('nobody owes anything when the site makes no calls any more', () => {
  const night = stage('2026-01-05T09:58');
  night.pass(3 * HOUR);
  expect(night.unanswered()).toEqual(['li', 'wang']);
  night.restart({ ...site, testCall: null });
  expect(night.unanswered()).toEqual([]);
});
