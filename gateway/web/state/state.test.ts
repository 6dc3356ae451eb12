import { expect, test } from 'vitest';
import type { Alarm, AlarmEvent, OutOfService } from '#model/alarm';
import type { Reading } from '#model/reading';
import { firstState, type News, reduce, type State } from './state.ts';

const reading = (point: string, value: number, at = 1): Reading => ({
  point,
  at,
  value,
  quality: 'good',
  reason: null,
});
const alarm = (id: string, state: Alarm['state'] = 'unacknowledged') =>
  ({ id, state, rule: { kind: 'no-data' } }) as Alarm;
const event = (id: string, state: Alarm['state']) =>
  ({ type: 'raised', alarm: alarm(id, state) }) as AlarmEvent;
const seen = (...news: readonly News[]): State =>
  news.reduce((state, one) => reduce(state, one, 500), firstState);

const snapshot: News = {
  type: 'snapshot',
  readings: [reading('a', 1), reading('b', 2)],
  alarms: [alarm('x'), alarm('y')],
  devices: [{ device: 'd', up: true, why: '', since: 1, roundTrip: 5 }],
};

test('a snapshot replaces what stood before it, also what is gone', () => {
  const state = seen(snapshot, { type: 'snapshot', readings: [reading('b', 3)], alarms: [], devices: [] });
  expect([...state.readings.keys()]).toEqual(['b']);
  expect(state.alarms.size).toBe(0);
  expect(state.devices.size).toBe(0);
});

test('readings replace those of their points only', () => {
  const state = seen(snapshot, { type: 'readings', readings: [reading('a', 9)] });
  expect([...state.readings.values()].map(({ value }) => value)).toEqual([9, 2]);
});

test('alarms are kept until they are over', () => {
  const state = seen(snapshot, {
    type: 'alarms',
    events: [event('x', 'normal'), event('y', 'returned'), event('z', 'unacknowledged')],
  });
  expect([...state.alarms.values()].map(({ id, state: stand }) => `${id} ${stand}`)).toEqual([
    'y returned',
    'z unacknowledged',
  ]);
});

test('points out of service are those that were told last', () => {
  const away = (point: string): OutOfService => ({ point, since: 1, until: 9, by: 'li', comment: 'probe' });
  const state = seen(
    snapshot,
    { type: 'services', services: [away('a'), away('b')] },
    { type: 'services', services: [away('b')] },
  );
  expect([...state.services.keys()]).toEqual(['b']);
});

test('a lost connection keeps the values and the moment when the gateway was last heard', () => {
  const state = seen(snapshot, { type: 'lost' });
  expect(state).toMatchObject({ connection: 'lost', heardAt: 500 });
  expect(state.readings.size).toBe(2);
  expect(reduce(state, { type: 'ping', now: 900 }, 800)).toMatchObject({
    connection: 'live',
    heardAt: 800,
    offset: 100,
  });
});

test('the state before is never changed', () => {
  const before = seen(snapshot);
  const copy = structuredClone(before);
  reduce(before, { type: 'readings', readings: [reading('c', 1)] }, 1);
  reduce(before, { type: 'alarms', events: [event('x', 'normal')] }, 1);
  expect(before).toEqual(copy);
});
