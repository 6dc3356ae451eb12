import { expect, test } from 'vitest';
import { alarmHref, parseRoute, pointHref } from './route.ts';

test('an address leads back to what it was made of', () => {
  expect(parseRoute(pointHref('fridge-1.upper-temp'))).toEqual({ view: 'point', id: 'fridge-1.upper-temp' });
  expect(parseRoute(alarmHref('a/b %'))).toEqual({ view: 'alarm', id: 'a/b %' });
});

test.each(['', '#', '#/', '#/board', '#/nowhere', '#/point/', '#/point'])('%j is the board', (hash) => {
  expect(parseRoute(hash)).toEqual({ view: 'board' });
});

test('a broken escape is taken as it is', () =>
  expect(parseRoute('#/point/%E0%A4')).toEqual({ view: 'point', id: '%E0%A4' }));

test('the list of alarms has an address', () => expect(parseRoute('#/alarms')).toEqual({ view: 'alarms' }));
