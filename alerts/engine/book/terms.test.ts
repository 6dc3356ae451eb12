import { describe, expect, test } from 'vitest';
import type { AlarmAction } from '#model/alarm';
import { conditionRule } from '#model/condition';
import { USUAL_POLICY } from '#model/policy';
import { DAY, HOUR } from '#model/time';
import { TestBook } from '../../../test/kit/alarm-book.ts';
import { limitRule } from '../../../test/kit/alarms-site.ts';
import { fromJournal, serviceFromJournal, toJournal } from './act.ts';
import { deedOf, serviceOf } from './terms.ts';

const NOW = 1_000_000_000_000;
const wanted = (action: AlarmAction, rule = limitRule({ severity: 'warning' })) =>
  deedOf(action, new TestBook().raise(NOW, 'fridge-1.temp', rule), { policy: USUAL_POLICY, now: NOW });
const shelf = (length: number, comment = 'repair') =>
  ({ type: 'shelve', until: NOW + length, comment }) as const;

test('an acknowledgement without a time has that of the policy for its severity', () => {
  expect(wanted({ type: 'acknowledge', comment: '' })).toMatchObject({ until: NOW + 4 * HOUR });
});

test('where the policy lets it never expire, it does not, or when the person said', () => {
  const policy = { ...USUAL_POLICY, acknowledgedFor: { ...USUAL_POLICY.acknowledgedFor, warning: null } };
  const alarm = new TestBook().raise(NOW, 'fridge-1.temp', limitRule({ severity: 'warning' }));
  const until = NOW + 1000 * DAY;
  expect(deedOf({ type: 'acknowledge', comment: '' }, alarm, { policy, now: NOW })).toMatchObject({
    until: null,
  });
  expect(deedOf({ type: 'acknowledge', comment: '', until }, alarm, { policy, now: NOW })).toMatchObject({
    until,
  });
});

test('what is shelved alone and what is asked for is the policy’s word', () => {
  expect(wanted(shelf(HOUR))).toEqual({ ...shelf(HOUR), oneShot: false });
  expect(wanted({ ...shelf(HOUR), oneShot: true }, limitRule({ severity: 'critical' }))).toMatchObject({
    ...{ type: 'ask-shelf', oneShot: true },
  });
});

describe('refused is', () => {
  test.each([
    ['a shelf without a reason', shelf(HOUR, ' \n'), 'reason-missing'],
    ['a shelf that is too long by a moment', shelf(DAY + 1), 'too-long'],
    ['a shelf until now', shelf(0), 'request-invalid'],
    [
      'an acknowledgement that is too long',
      { type: 'acknowledge', comment: '', until: NOW + 4 * HOUR + 1 } as const,
      'too-long',
    ],
    [
      'an acknowledgement until now',
      { type: 'acknowledge', comment: '', until: NOW } as const,
      'request-invalid',
    ],
  ])('%s', (_what, action, code) => {
    expect(() => wanted(action)).toThrow(expect.objectContaining({ code }));
  });

  test('a shelf of an alarm of the gateway about itself', () => {
    const alarm = new TestBook().raise(NOW, 'hygate.disk', conditionRule('disk-low'));
    expect(() => deedOf(shelf(HOUR), alarm, { policy: USUAL_POLICY, now: NOW })).toThrow(
      expect.objectContaining({ code: 'act-out-of-place' }),
    );
    expect(deedOf({ type: 'acknowledge', comment: '' }, alarm, { policy: USUAL_POLICY, now: NOW }).type).toBe(
      'acknowledge',
    );
  });

  test.each([
    ['without a reason', { until: NOW + HOUR, comment: '' }, 'reason-missing'],
    ['for more than a month', { until: NOW + 31 * DAY + 1, comment: 'x' }, 'too-long'],
    ['until now', { until: NOW, comment: 'x' }, 'request-invalid'],
  ])('out of service %s', (_what, terms, code) => {
    expect(() => serviceOf({ type: 'out-of-service', ...terms }, NOW)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('rows of the journal', () => {
  const signed = { at: NOW, by: 'li', token: 't' };

  test.each([
    { type: 'acknowledge', until: NOW + HOUR, comment: 'a' } as const,
    { type: 'acknowledge', until: null, comment: 'a' } as const,
    { type: 'shelve', until: NOW + HOUR, oneShot: true, comment: 'b' } as const,
    { type: 'ask-shelf', until: NOW + HOUR, oneShot: false, comment: 'c' } as const,
    { type: 'grant-shelf', comment: 'd' } as const,
    { type: 'unshelve', comment: 'e' } as const,
    { type: 'reset', comment: 'f' } as const,
    { type: 'comment', comment: 'g' } as const,
  ])('$type is read as it was written', (deed) => {
    const act = { alarm: 'a-1', deed, ...signed };
    const row = JSON.parse(JSON.stringify(toJournal(act)));
    expect(fromJournal(row)).toEqual(act);
    expect(serviceFromJournal(row)).toBeUndefined();
  });

  test.each([
    { type: 'out-of-service', until: NOW + HOUR, comment: 'a' } as const,
    { type: 'in-service', comment: 'b' } as const,
  ])('$type is read as it was written', (action) => {
    const act = { point: 'fridge-1.temp', action, ...signed };
    const row = JSON.parse(JSON.stringify(toJournal(act)));
    expect(serviceFromJournal(row)).toEqual(act);
    expect(fromJournal(row)).toBeUndefined();
  });

  test('what an earlier version wrote of a shelf and an acknowledgement', () => {
    const row = { at: NOW, by: 'li' };
    const data = { alarm: 'a-1', comment: 'x' };
    expect(fromJournal({ ...row, type: 'alarm-shelved', data: { ...data, until: 5 } })?.deed).toEqual({
      ...{ type: 'shelve', until: 5, oneShot: false, comment: 'x' },
    });
    expect(fromJournal({ ...row, type: 'alarm-acknowledged', data })?.deed).toMatchObject({ until: null });
  });

  test.each([
    { type: 'constructor', data: { alarm: 'a' } },
    { type: 'alarm-shelved', data: { alarm: 'a' } },
    { type: 'alarm-reset', data: { alarm: 5 } },
    { type: 'point-out-of-service', data: { point: 'a.b' } },
    { type: 'gateway-started', data: {} },
  ])('$type that says too little is nobody’s act', ({ type, data }) => {
    const row = { type, at: NOW, by: 'li', data };
    expect([fromJournal(row), serviceFromJournal(row)]).toEqual([undefined, undefined]);
  });
});
