import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { alarmSite, limitRule, noDataRule } from '../../test/kit/alarms-site.ts';
import { TellingStage } from '../../test/kit/telling-stage.ts';

const site = alarmSite({
  rules: [limitRule()],
  keys: Array.from({ length: 40 }, (_, index) => `probe-${index}`),
  people: ['li', 'wang'].map((id) => ({ id, name: id, channels: ['sms'] })),
});
const stage = () => new TellingStage({ site });
const warning = limitRule({ severity: 'warning' });

/** Somewhere else each time: nothing that belongs together. */
let places = 0;
const elsewhere = (): Partial<Alarm> => ({ point: `other-${++places}.temp` });

/** Another point in the same place. */
let probes = 0;
const nearby = (): Partial<Alarm> => ({ point: `fridge-1.probe-${probes++ % 40}` });

/** To li, as wang is told the same. */
const toLi = (night: TellingStage) =>
  night
    .said()
    .filter((line) => / li\b/.test(line))
    .map((line) => line.replace(' li', ''));

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

/** Raised and over after ten seconds. */
function flicker(night: TellingStage, rule = warning): string {
  const id = night.raise(rule);
  night.pass(10 * SECOND);
  night.clear(id);
  night.acknowledge(id);
  night.pass(10 * SECOND);
  return id;
}

test('an alarm that comes and goes is told of twice, and then counted every half hour', () => {
  const night = stage();
  const ids = Array.from({ length: 90 }, () => flicker(night));
  const lines = toLi(night);
  const digests = night.deliveries;
  expect(digests).toEqual([]);
  expect(lines.filter((line) => line === 'raised')).toHaveLength(2);
  night.pass(2 * HOUR);
  const all = [...lines, ...toLi(night)];
  expect(all.length).toBeLessThanOrEqual(6);
  const counted = all
    .flatMap((line) => Number(/digest (\d+)/.exec(line)?.[1] ?? 0))
    .reduce((a, b) => a + b, 0);
  expect(counted).toBe(ids.length - 2);
});

test('what comes and goes every eight minutes is counted, too', () => {
  const night = stage();
  for (let count = 0; count < 24; count++) {
    flicker(night);
    night.pass(8 * MINUTE);
  }
  night.pass(HOUR);
  // Five of the first hour as they come and go, then lists.
  const lines = toLi(night);
  expect(lines.filter((line) => line === 'raised')).toHaveLength(5);
  expect(lines.filter((line) => line.startsWith('digest')).length).toBeLessThanOrEqual(7);
});

test('a critical one that came and went, and then stays, is told after a minute', () => {
  const night = stage();
  for (let count = 0; count < 4; count++) flicker(night, limitRule());
  expect(toLi(night).filter((line) => line === 'raised')).toHaveLength(2);
  night.raise();
  night.pass(MINUTE - SECOND);
  expect(toLi(night)).toEqual([]);
  night.pass(SECOND);
  expect(toLi(night)).toEqual(['raised']);
});

test('three excursions that are found at once, hours apart, do not come and go', () => {
  const night = stage();
  for (const hours of [9, 6, 3]) {
    const raisedAt = night.now - hours * HOUR;
    night.raise(limitRule(), { raisedAt, late: true, state: 'returned', clearedAt: raisedAt + MINUTE });
  }
  expect(toLi(night)).toEqual(['raised', 'raised', 'raised']);
});

test('a rule is calm again an hour after its last raise', () => {
  const night = new TellingStage({ site, step: 10 * SECOND });
  for (let count = 0; count < 5; count++) flicker(night);
  night.pass(DAY);
  night.said();
  night.raise(warning);
  expect(toLi(night)).toEqual(['raised']);
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

test('what comes and goes does not go out with other lists', () => {
  const night = stage();
  for (let count = 0; count < 5; count++) flicker(night);
  for (let count = 0; count < 3; count++) night.raise(noDataRule(), nearby());
  night.said();
  night.pass(30 * SECOND);
  expect(toLi(night)).toEqual(['digest 2']);
});

test('when all is over and told, nothing of it is kept but the number of lists', () => {
  const night = stage();
  const ids = [...Array.from({ length: 14 }, () => night.raise(warning, elsewhere())), flicker(night)];
  for (const id of ids.slice(0, 14)) night.clear(id);
  for (const id of ids.slice(0, 14)) night.acknowledge(id);
  night.pass(2 * HOUR);
  expect(night.kept()).toEqual(['person/li', 'person/wang']);
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

test('what comes and goes and then lasts is told after five minutes, with all that was counted till then', () => {
  const night = stage();
  for (let count = 0; count < 6; count++) flicker(night);
  toLi(night);
  night.raise(warning);
  night.pass(5 * MINUTE - 1);
  expect(toLi(night)).toEqual([]);
  night.restart();
  night.pass(1);
  expect(toLi(night)).toEqual(['digest 5']);
  night.pass(HOUR);
  expect(toLi(night)).toEqual([]);
});

test('twenty that come and go at once and then last are one message', () => {
  const night = stage();
  const points = Array.from({ length: 20 }, elsewhere);
  for (let count = 0; count < 6; count++) {
    for (const point of points) {
      const id = night.raise(warning, point);
      night.clear(id);
      night.acknowledge(id);
    }
    night.pass(10 * SECOND);
  }
  night.pass(31 * MINUTE);
  night.said();
  for (const point of points) {
    night.raise(warning, point);
    night.pass(SECOND);
  }
  night.pass(6 * MINUTE);
  expect(toLi(night)).toEqual(['digest 20']);
});

test('a critical one that lasts is told within a minute, also when the clock is set back meanwhile', () => {
  const night = stage();
  for (let count = 0; count < 6; count++) flicker(night, limitRule());
  night.pass(5 * SECOND);
  toLi(night);
  night.raise(limitRule());
  expect(toLi(night)).toEqual([]);
  night.skip(-6 * HOUR);
  night.pass(MINUTE);
  expect(toLi(night)).toEqual(['raised']);
});
