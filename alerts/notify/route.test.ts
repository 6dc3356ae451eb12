import { expect, test } from 'vitest';
import type { Alarm, AlarmEvent } from '#model/alarm';
import { conditionPoint, conditionRule } from '#model/condition';
import { alarmSite, limitRule } from '../../test/kit/alarms-site.ts';
import { routerOf } from './route.ts';

const alarm: Alarm = {
  ...{ id: 'a-1', point: 'fridge-1.temp', rule: limitRule(), state: 'unacknowledged', since: 1, raisedAt: 2 },
  ...{ clearedAt: null, value: 9, worst: 9, late: false, acknowledged: null, shelvedUntil: null },
};

const event = (type: AlarmEvent['type'], over: Partial<Alarm> = {}): AlarmEvent => ({
  ...{ type, at: 3, by: null, comment: null },
  alarm: { ...alarm, ...over },
});

const route = routerOf(
  alarmSite({
    rules: [limitRule()],
    routes: [
      { areas: ['vaccine'], severities: ['warning', 'critical'], to: ['li', 'wang'] },
      { areas: null, severities: ['critical'], to: ['wang', 'director'] },
      { areas: ['pool'], severities: ['notice', 'warning', 'critical'], to: ['pool-guard'] },
    ],
  }),
);

test('a raise goes once to everyone on a route of its area and severity', () => {
  expect(route(event('raised'), [])).toEqual({ event: 'raised', to: ['li', 'wang', 'director'] });
  expect(route(event('raised', { rule: limitRule({ severity: 'warning' }) }), [])).toEqual({
    event: 'raised',
    to: ['li', 'wang'],
  });
  expect(route(event('raised', { rule: limitRule({ severity: 'notice' }) }), [])).toBeUndefined();
});

test('an all-clear goes to whoever heard of the raise, whatever the routes say by now', () => {
  expect(route(event('cleared', { clearedAt: 5 }), ['zhang'])).toEqual({ event: 'cleared', to: ['zhang'] });
  expect(route(event('cleared', { clearedAt: 5 }), [])).toBeUndefined();
});

test('nothing is said while an alarm is shelved', () => {
  for (const type of ['raised', 'cleared', 'shelved'] as const) {
    expect(route(event(type, { shelvedUntil: 9 }), ['li'])).toBeUndefined();
  }
});

test('an alarm that comes back from the shelf is told only when it still lasts', () => {
  expect(route(event('unshelved'), ['li'])?.event).toBe('raised');
  expect(route(event('unshelved', { clearedAt: 5 }), ['li'])).toBeUndefined();
});

test('acknowledgements and comments are not told', () => {
  expect(route(event('acknowledged'), ['li'])).toBeUndefined();
  expect(route(event('commented'), ['li'])).toBeUndefined();
});

test('an alarm of a point that left the site file still goes to the routes of all areas', () => {
  expect(route(event('raised', { point: 'gone.temp' }), [])?.to).toEqual(['wang', 'director']);
});

test('an alarm of the gateway about itself goes to the routes of every area', () => {
  const low = { point: conditionPoint('disk-low'), rule: conditionRule('disk-low') };
  const full = { point: conditionPoint('disk-full'), rule: conditionRule('disk-full') };
  expect(route(event('raised', low), [])?.to).toEqual(['li', 'wang', 'pool-guard']);
  expect(route(event('raised', full), [])?.to).toEqual(['li', 'wang', 'director', 'pool-guard']);
});
