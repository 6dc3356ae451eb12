import { expect, test } from 'vitest';
import { inOrder } from './source-files.ts';

test('who reads is copied before what it reads: places, alarms, history, the rest, roots, segments', () => {
  const order = [
    'cursor-influx-alarms',
    'journal/cursor-influx',
    'journal/cursor-influx-alarms',
    'journal/cursor-influx.aside',
    'alarms.sqlite',
    'journal/history.sqlite',
    'users.sqlite',
    'journal/roots.ndjson',
    'journal/segment-00000001.sqlite',
    'journal/segment-00000002.sqlite',
  ];
  expect(inOrder(order.toReversed())).toEqual(order);
  expect(inOrder(order.toSorted())).toEqual(order);
});
