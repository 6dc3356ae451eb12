import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Attempt } from '#model/outbox';
import { limitRule } from '../../test/kit/alarms-site.ts';
import { BEGINNING, type Changes, type PointState } from './changes.ts';
import { AlarmStore } from './store.ts';
import { newState } from './watch.ts';

const alarm: Alarm = {
  ...{ id: 'a-1', point: 'fridge-1.temp', rule: limitRule(), state: 'unacknowledged', since: 1, raisedAt: 2 },
  ...{ clearedAt: null, value: 9, worst: 9, late: false, acknowledged: null, shelvedUntil: null },
};

const changes = (over: Partial<Changes> = {}): Changes => ({
  position: { ...BEGINNING, cursor: 7, shelves: { 'fridge-1.temp/high': 99 } },
  points: [
    ['fridge-1.temp', { newest: 5, goodAt: 4, goodWatched: 3, lanes: {}, late: null, lag: 0, shift: null }],
  ],
  alarms: [{ alarm, told: ['li'] }],
  events: [{ id: 1, event: { type: 'raised', at: 2, by: null, comment: null, alarm } }],
  deliveries: [
    { key: 'a-1.1.raised', event: 'raised', at: 2, person: 'li', alarm },
    { key: 'a-1.1.raised', event: 'raised', at: 2, person: 'wang', alarm },
  ],
  ...over,
});

const attempt = (over: Partial<Attempt>): Attempt => ({
  ...{ channel: 'webhook', at: 3, result: 'sent', answer: 'HTTP 200', state: 'sent', nextTry: null },
  ...{ closed: [], doubtful: false },
  ...over,
});

let store: AlarmStore;
beforeEach(() => {
  store = new AlarmStore(':memory:');
});
afterEach(() => store.close());

test('an empty store stands at the beginning', () => {
  expect(store.load()).toEqual({ position: BEGINNING, points: [], alarms: [] });
});

test('what was committed is found again', () => {
  store.commit(changes());
  const { position, points, alarms } = changes();
  expect(store.load()).toEqual({ position, points, alarms });
  expect(store.events('a-1')).toHaveLength(1);
  expect(store.history(0, 3, 10)).toEqual([alarm]);
  expect(store.history(3, 9, 10)).toEqual([]);
});

test('the same changes twice are the same as once, and do not send again what was sent', () => {
  store.commit(changes());
  const [first] = store.next();
  store.settle(first?.id ?? 0, attempt({}));
  store.commit(changes());
  expect(store.events('a-1')).toHaveLength(1);
  expect(store.next().map(({ person }) => person)).toEqual(['wang']);
});

test('an alarm that is over is history and no longer loaded', () => {
  store.commit(changes());
  const over: Alarm = { ...alarm, state: 'normal', clearedAt: 8 };
  store.commit(changes({ alarms: [{ alarm: over, told: [] }], events: [], deliveries: [] }));
  expect(store.load().alarms).toEqual([]);
  expect(store.history(0, 3, 10)).toEqual([over]);
});

test('changes that cannot be written whole are not written at all', () => {
  const broken = changes({ points: [['fridge-1.temp', undefined as never]] });
  expect(() => store.commit(broken)).toThrow();
  expect(store.load().position).toEqual(BEGINNING);
  expect(store.next()).toEqual([]);
  store.commit(changes());
  expect(store.load().position.cursor).toBe(7);
});

test('each person has a queue of their own, oldest first, and is told how long it is', () => {
  store.commit(changes());
  store.commit(
    changes({ deliveries: [{ key: 'a-1.2.cleared', event: 'cleared', at: 3, person: 'li', alarm }] }),
  );
  const heads = store.next().map(({ person, event, waiting }) => [person, event, waiting]);
  expect(heads).toEqual([
    ['li', 'raised', 2],
    ['wang', 'raised', 1],
  ]);
});

test('a try that never ended leaves the delivery in doubt; one that ended says so itself', () => {
  store.commit(changes());
  const [first] = store.next();
  const id = first?.id ?? 0;
  expect(first?.doubtful).toBe(false);
  store.sending(id, 'webhook');
  expect(store.next()[0]).toMatchObject({ id, doubtful: true });
  store.settle(id, attempt({ result: 'refused', state: 'waiting', nextTry: 9, closed: ['webhook'] }));
  expect(store.next()[0]).toMatchObject({ id, doubtful: false, tries: 1, closed: ['webhook'] });
});

test('the state of a point that an earlier version left is whole', () => {
  const { lag, shift, ...earlier } = changes().points[0]?.[1] ?? newState(0, 0);
  store.commit(changes({ points: [['fridge-1.temp', earlier as PointState]] }));
  expect(store.load().points).toEqual([['fridge-1.temp', { ...earlier, lag: 0, shift: null }]]);
});
