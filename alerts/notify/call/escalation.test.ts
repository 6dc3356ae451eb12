import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { ladder, siteWith, stage } from '../../../test/kit/telling-site.ts';
import { TellingStage } from '../../../test/kit/telling-stage.ts';
import { announcerOf } from './announcer.ts';

/* Until somebody takes it: the steps of the escalation, and reminders. */

test('nobody takes it: step by step more people are told, each step once, and all of them that it is over', () => {
  const night = stage([{ to: ['li'], escalate: ladder }]);
  const id = night.raise();
  night.pass(5 * MINUTE - SECOND);
  expect(night.said()).toEqual(['raised li']);
  night.worsen(id, 12);
  night.pass(SECOND);
  expect(night.deliveries.map(({ alarms }) => alarms[0]?.worst)).toEqual([12, 12]);
  expect(night.said()).toEqual(['escalated head', 'escalated li']);
  night.pass(HOUR);
  expect(night.said()).toEqual(['escalated director']);
  night.clear(id);
  night.pass(HOUR);
  expect(night.said()).toEqual(['cleared li', 'cleared head', 'cleared director']);
});

test('an acknowledgement ends the escalation; when it expires the ladder begins anew', () => {
  const night = stage([{ to: ['li'], escalate: ladder }]);
  const id = night.raise();
  night.pass(6 * MINUTE);
  night.acknowledge(id, 'head');
  night.said();
  night.pass(HOUR);
  expect(night.said()).toEqual([]);
  night.expire(id);
  expect(night.said()).toEqual(['reminder li']);
  night.pass(5 * MINUTE);
  expect(night.said()).toEqual(['escalated head', 'escalated li']);
});

test('an alarm that returned by itself is not escalated any more', () => {
  const night = stage([{ to: ['li'], escalate: ladder, remind: MINUTE }]);
  night.clear(night.raise());
  night.pass(HOUR);
  expect(night.said()).toEqual(['raised li', 'cleared li']);
});

test('steps that fell due while the gateway was off are made up, each person once', () => {
  const night = stage([
    { to: ['li'], escalate: ladder },
    { severities: ['critical'], to: ['wang'], escalate: ladder },
  ]);
  night.raise();
  night.pass(6 * MINUTE);
  night.said();
  night.restart();
  night.leap(10 * HOUR);
  expect(night.said()).toEqual(['escalated director']);
  night.restart();
  night.pass(MINUTE);
  expect(night.said()).toEqual([]);
});

test('whoever is called is reminded until somebody takes it', () => {
  const night = stage([
    { to: ['li'], remind: 30 * MINUTE, escalate: [{ after: 40 * MINUTE, to: ['head'] }] },
  ]);
  const id = night.raise();
  night.pass(HOUR);
  expect(night.said()).toEqual([
    'raised li',
    'reminder li',
    'escalated head',
    'reminder li',
    'reminder head',
  ]);
  night.acknowledge(id);
  night.pass(HOUR);
  expect(night.said()).toEqual([]);
});

test('what comes back from the shelf is told only when it still lasts, and its ladder begins anew', () => {
  const night = stage([{ to: ['li'], escalate: ladder }]);
  const [lasts, over] = [night.raise(), night.raise()];
  for (const id of [lasts, over]) night.shelve(id);
  night.pass(HOUR);
  night.clear(over);
  night.said();
  for (const id of [lasts, over]) night.unshelve(id);
  expect(night.said()).toEqual(['raised li']);
  night.pass(5 * MINUTE);
  expect(night.said()).toEqual(['escalated head', 'escalated li']);
});

test('an excursion that was found when it was over is told, and called for by nobody', () => {
  const night = stage([{ to: ['li'], escalate: ladder, remind: MINUTE }]);
  night.raise(limitRule(), { late: true, state: 'returned', clearedAt: night.now - HOUR });
  night.pass(HOUR);
  expect(night.said()).toEqual(['raised li']);
});

test('what earlier versions kept is gone on with: who had been told, and no ladder yet', () => {
  const site = siteWith([{ to: ['li', 'wang'], escalate: ladder }]);
  const night = new TellingStage({ site });
  const alarm = night.alarm(night.raise());
  for (const [kept, told] of [
    [new Map(), ['li']],
    [new Map([[`alarm/${alarm.id}`, { told: ['li'] }]]), []],
  ] as const) {
    const announcer = announcerOf(site)(kept, [{ alarm, told }], () => alarm);
    announcer.tick(night.now + MINUTE);
    expect(announcer.drain().deliveries.map(({ person }) => person)).toEqual(['wang']);
    announcer.tick(night.now + 6 * MINUTE);
    expect(announcer.drain().deliveries.map(({ event }) => event)).toEqual(['escalated', 'escalated']);
  }
});

test('a clock that was wrong by years and is set back holds nothing up: steps and lists come as if begun by then', () => {
  const night = stage([{ to: ['li'], escalate: ladder, remind: 30 * MINUTE }]);
  night.now += 1000 * 24 * HOUR;
  night.pass(SECOND);
  night.raise(noDataRule(), { point: 'a.temp' });
  night.raise(noDataRule({ severity: 'notice' }), { point: 'a.temp' });
  night.said();
  night.leap(-1000 * 24 * HOUR);
  night.pass(5 * MINUTE - SECOND);
  expect(night.said()).toEqual([]);
  night.pass(SECOND);
  expect(night.said()).toEqual(['raised li', 'escalated head', 'escalated li']);
});
