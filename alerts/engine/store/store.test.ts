import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { anAlarm, anAttempt, announced, newDelivery } from '../../../test/kit/outbox.ts';
import { BEGINNING, type Changes, type PointState } from '../changes.ts';
import { newState } from '../judge/watch.ts';
import { AlarmStore } from './store.ts';

const alarm = anAlarm();

const changes = (over: Partial<Changes> = {}): Changes => ({
  position: { ...BEGINNING, cursor: 7, shelves: { 'fridge-1.temp/high': { until: 99, oneShot: false } } },
  points: [
    [
      'fridge-1.temp',
      { newest: 5, goodAt: 4, goodWatched: 3, lanes: {}, signals: {}, late: null, lag: 0, shift: null },
    ],
  ],
  alarms: [alarm],
  events: [{ id: 1, event: { type: 'raised', at: 2, by: null, comment: null, alarm } }],
  announced: announced([newDelivery(), newDelivery({ person: 'wang' })]),
  ...over,
});

let store: AlarmStore;
beforeEach(() => {
  store = new AlarmStore(':memory:');
});
afterEach(() => store.close());

test('an empty store stands at the beginning', () => {
  expect(store.load()).toEqual({ position: BEGINNING, points: [], alarms: [], kept: [] });
});

test('what was committed is found again', () => {
  store.commit(changes());
  const { position, points } = changes();
  expect(store.load()).toEqual({ position, points, alarms: [{ alarm, told: [] }], kept: [] });
  expect(store.events('a-1')).toHaveLength(1);
  expect(store.history(0, 3, 10)).toEqual([alarm]);
  expect(store.history(3, 9, 10)).toEqual([]);
});

test('the same changes twice are the same as once, and do not send again what was sent', () => {
  store.commit(changes());
  const [first] = store.next();
  store.settle(first?.id ?? 0, anAttempt({}));
  store.commit(changes());
  expect(store.events('a-1')).toHaveLength(1);
  expect(store.next().map(({ person }) => person)).toEqual(['wang']);
});

test('an alarm that is over is history and no longer loaded', () => {
  store.commit(changes());
  const over: Alarm = { ...alarm, state: 'normal', clearedAt: 8 };
  store.commit(changes({ alarms: [over], events: [], announced: announced([]) }));
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

test('what is kept is found again under its key, and gone when it is not to be kept', () => {
  const keeping = (changed: Changes['announced']['changed']) =>
    store.commit(changes({ announced: { deliveries: [], withdrawn: [], changed } }));
  keeping([
    ['a', { due: 5 }],
    ['b', [1, 2]],
  ]);
  keeping([
    ['a', null],
    ['b', [3]],
  ]);
  expect(store.load().kept).toEqual([['b', [3]]]);
});

test('a try that never ended leaves the delivery in doubt; one that ended says so itself', () => {
  store.commit(changes());
  const [first] = store.next();
  const id = first?.id ?? 0;
  expect(first?.doubtful).toBe(false);
  store.sending(id, 'webhook');
  expect(store.next()[0]).toMatchObject({ id, doubtful: true });
  store.settle(id, anAttempt({ result: 'refused', state: 'waiting', nextTry: 9, closed: ['webhook'] }));
  expect(store.next()[0]).toMatchObject({ id, doubtful: false, tries: 1, closed: ['webhook'] });
});

test('the state of a point that an earlier version left is whole', () => {
  const { lag, shift, signals, ...earlier } = changes().points[0]?.[1] ?? newState(0, 0);
  store.commit(changes({ points: [['fridge-1.temp', earlier as PointState]] }));
  expect(store.load().points).toEqual([['fridge-1.temp', { ...earlier, lag: 0, shift: null, signals: {} }]]);
});

test('events of all alarms are found by their time, in its order, with their numbers', () => {
  const at = (time: number) => ({ type: 'raised', at: time, by: null, comment: null, alarm }) as const;
  const events = [30, 10, 20, 10].map((time, index) => ({ id: index + 1, event: at(time) }));
  store.commit(changes({ events }));
  const found = (from: number, to: number, limit = 10) =>
    store.eventsBetween(from, to, limit).map((event) => [event.at, event.no]);
  expect(found(0, 99)).toEqual([
    [10, 2],
    [10, 4],
    [20, 3],
    [30, 1],
  ]);
  expect(found(10, 30, 2)).toEqual([
    [10, 2],
    [10, 4],
  ]);
  expect(found(20, 30)).toEqual([[20, 3]]);
});
