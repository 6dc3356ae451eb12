import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '#model/time';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { elsewhere, nearby, site, stage, toLi, warning } from '../../../test/kit/telling-crowd.ts';
import { TellingStage } from '../../../test/kit/telling-stage.ts';

test('the first of a kind in a place is told at once, what follows within half a minute in one list', () => {
  const night = stage();
  const rules = ['a', 'b', 'c'].map(() => noDataRule());
  for (const rule of rules) night.raise(rule, nearby());
  night.raise(warning, nearby());
  expect(toLi(night)).toEqual(['raised', 'raised']);
  night.pass(30 * SECOND - 1);
  expect(toLi(night)).toEqual([]);
  night.pass(1);
  expect(toLi(night)).toEqual(['digest 2']);
  night.raise(noDataRule(), nearby());
  expect(toLi(night)).toEqual(['raised']);
});

test('one that gathered alone is told as what it is, with the moment of its event', () => {
  const night = stage();
  night.raise(noDataRule(), nearby());
  night.pass(10 * SECOND);
  const id = night.raise(noDataRule(), nearby());
  night.said();
  night.pass(MINUTE);
  expect(night.deliveries.map(({ event, at, key }) => [event, at, key])).toEqual([
    ['raised', night.alarm(id).raisedAt, `${id}.1.raised`],
    ['raised', night.alarm(id).raisedAt, `${id}.1.raised`],
  ]);
});

test('critical ones never gather, and their all-clears do', () => {
  const night = stage();
  const ids = [1, 2, 3, 4].map(() => night.raise(limitRule(), nearby()));
  expect(toLi(night)).toEqual(['raised', 'raised', 'raised', 'raised']);
  for (const id of ids) night.clear(id);
  night.pass(MINUTE);
  expect(toLi(night)).toEqual(['cleared', 'digest 3']);
});

test('what is over before its list went out is in the list, and no all-clear follows', () => {
  const night = stage();
  night.raise(noDataRule(), nearby());
  const over = night.raise(noDataRule(), nearby());
  night.raise(noDataRule(), nearby());
  night.clear(over);
  night.acknowledge(over);
  night.restart();
  night.said();
  night.pass(MINUTE);
  const [digest] = night.deliveries;
  expect(digest?.alarms.find(({ id }) => id === over)?.clearedAt).not.toBeNull();
  expect(toLi(night)).toEqual(['digest 2']);
});

test('a list begins with the worst, and is as grave as that', () => {
  const night = stage();
  const notice = limitRule({ severity: 'notice' });
  const first = night.raise(warning, nearby());
  night.pass(SECOND);
  const ids = [night.raise(notice, nearby()), night.raise(warning, nearby()), night.raise(notice, nearby())];
  night.said();
  night.pass(MINUTE);
  const [digest] = night.deliveries;
  expect(digest).toMatchObject({ event: 'digest', severity: 'warning' });
  expect(digest?.alarms.map(({ id }) => id)).toEqual([ids[1], ids[0], ids[2]]);
  expect(night.alarm(first).clearedAt).toBeNull();
});

test('the eleventh in ten minutes begins a flood: a list each five minutes, but for what is critical', () => {
  const night = stage();
  for (let count = 0; count < 10; count++) night.raise(warning, elsewhere());
  expect(toLi(night)).toHaveLength(10);
  for (let count = 0; count < 20; count++) {
    night.raise(warning, elsewhere());
    night.pass(10 * SECOND);
  }
  expect(toLi(night)).toEqual([]);
  night.raise(limitRule(), elsewhere());
  expect(toLi(night)).toEqual(['raised']);
  night.pass(100 * SECOND);
  expect(toLi(night)).toEqual(['digest 20']);
});

test('a flood is over with fewer than five in ten minutes', () => {
  const night = stage();
  for (let count = 0; count < 12; count++) night.raise(warning, elsewhere());
  night.pass(9 * MINUTE);
  for (let count = 0; count < 3; count++) night.raise(warning, elsewhere());
  expect(toLi(night).at(-1)).toBe('digest 2');
  night.pass(5 * MINUTE);
  expect(toLi(night)).toEqual(['digest 3']);
  // Three in the last ten minutes, and this is the fourth.
  night.raise(warning, elsewhere());
  expect(toLi(night)).toEqual(['raised']);
});

test('a flood outlives a restart', () => {
  const night = stage();
  for (let count = 0; count < 11; count++) night.raise(warning, elsewhere());
  night.said();
  night.restart();
  night.raise(warning, elsewhere());
  expect(toLi(night)).toEqual([]);
  night.restart();
  night.pass(5 * MINUTE);
  expect(toLi(night)).toEqual(['digest 2']);
});

test('in a flood an all-clear comes in the list, and reminders of what was taken meanwhile do not come', () => {
  const night = new TellingStage({
    site: { ...site, routes: site.routes.map((route) => ({ ...route, remind: 2 * MINUTE })) },
  });
  const ids = Array.from({ length: 12 }, () => night.raise(warning, elsewhere()));
  expect(toLi(night)).toHaveLength(10);
  const [cleared = '', ...others] = ids;
  night.clear(cleared);
  night.pass(2 * MINUTE);
  for (const id of others) night.acknowledge(id);
  night.pass(4 * MINUTE);
  // Two that gathered and the all-clear.
  expect(toLi(night)).toEqual(['digest 3']);
});

test('what is shelved while it gathers is not told at all', () => {
  const night = stage();
  night.raise(noDataRule(), nearby());
  const [shelved] = [
    night.raise(noDataRule(), nearby()),
    night.raise(noDataRule(), nearby()),
    night.raise(noDataRule(), nearby()),
  ];
  night.said();
  night.shelve(shelved);
  night.pass(MINUTE);
  expect(night.deliveries[0]?.alarms.map(({ id }) => id)).not.toContain(shelved);
  expect(toLi(night)).toEqual(['digest 2']);
});

test('an all-clear that gathered goes to everybody, also when the alarm is over for good', () => {
  const night = stage();
  const [first, second] = [night.raise(noDataRule(), nearby()), night.raise(noDataRule(), nearby())];
  night.pass(MINUTE);
  night.acknowledge(second);
  night.said();
  for (const id of [first, second]) night.clear(id);
  night.pass(MINUTE);
  expect(night.said()).toEqual(['cleared li', 'cleared wang', 'cleared li', 'cleared wang']);
});

test('nobody is reminded of what still waits in their list', () => {
  const night = stage();
  night.raise(noDataRule(), nearby());
  const waits = night.raise(noDataRule(), nearby());
  night.acknowledge(waits);
  night.expire(waits);
  night.said();
  night.pass(MINUTE);
  expect(toLi(night)).toEqual(['raised']);
});

test('five in ten minutes are a flood still, when it was one', () => {
  const night = stage();
  for (let count = 0; count < 11; count++) night.raise(warning, elsewhere());
  night.pass(9 * MINUTE);
  for (let count = 0; count < 4; count++) night.raise(warning, elsewhere());
  night.pass(2 * MINUTE);
  night.said();
  // Four in the last ten minutes, and this is the fifth.
  night.raise(warning, elsewhere());
  expect(toLi(night)).toEqual([]);
});

test('all-clears are no alarms: they begin no flood', () => {
  const night = stage();
  const ids = Array.from({ length: 6 }, () => night.raise(warning, elsewhere()));
  for (const id of ids) night.clear(id);
  night.said();
  night.raise(warning, elsewhere());
  expect(toLi(night)).toEqual(['raised']);
});

test('what came back, waits in a list and is over by then is told once, as over', () => {
  const night = stage();
  const id = night.raise(warning, nearby());
  night.shelve(id);
  night.pass(MINUTE);
  night.raise(warning, nearby());
  night.unshelve(id);
  night.said();
  night.clear(id);
  night.pass(MINUTE);
  expect(toLi(night)).toEqual(['raised']);
});

test('a reminder that waits in a list gives way to the all-clear', () => {
  const night = new TellingStage({
    site: { ...site, routes: site.routes.map((route) => ({ ...route, remind: 2 * MINUTE })) },
  });
  const ids = Array.from({ length: 2 }, () => night.raise(warning, nearby()));
  night.pass(2 * MINUTE);
  night.said();
  for (const id of ids) night.clear(id);
  night.pass(MINUTE);
  // The all-clear of the first at once; the reminder of the second is gone, its all-clear comes in its turn.
  expect(toLi(night)).toEqual(['cleared', 'cleared']);
});
