import { expect, test } from 'vitest';
import type { Maintenance } from '#model/site';
import { HOUR, MINUTE } from '#model/time';
import { TestBook } from '../../../test/kit/alarm-book.ts';

/** Monday, 5 January 2026, midnight in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 0, 4, 16);
const POINT = 'fridge-1.temp';
/** Mondays, 09:00 to 12:00. */
const planned: Maintenance = { points: [POINT], during: [{ days: [1], from: 540, to: 720 }], reason: '清洗' };
const nine = MIDNIGHT + 9 * HOUR;
const noon = MIDNIGHT + 12 * HOUR;

test('a planned maintenance takes its points out by itself, at its hours, and back', () => {
  const test = new TestBook({ maintenance: [planned] });
  const { id } = test.raise(nine - HOUR);
  test.tick(nine - 1);
  expect(test.book.outOfService()).toEqual([]);
  test.tick(nine);
  expect(test.book.outOfService()).toEqual([
    { point: POINT, since: nine, until: noon, by: null, comment: '清洗' },
  ]);
  expect(test.events.at(-1)).toMatchObject({ type: 'out-of-service', by: null, comment: '清洗' });
  test.restart();
  test.tick(noon - 1);
  expect(test.alarm(id).outOfService).toBe(true);
  test.tick(noon);
  expect(test.told(id)).toEqual(['raised', 'out-of-service', 'in-service']);
  test.tick(noon + MINUTE);
  expect(test.book.outOfService()).toEqual([]);
});

test('a point that a person puts in service during its maintenance stays in service, also after a restart', () => {
  const test = new TestBook({ maintenance: [planned] });
  test.tick(nine);
  test.serve(POINT, nine + HOUR, { type: 'in-service', comment: 'finished early' });
  test.restart();
  test.tick(nine + 2 * HOUR);
  expect(test.book.outOfService()).toEqual([]);
  const nextWeek = 7 * 24 * HOUR;
  test.tick(nine + nextWeek);
  expect(test.book.outOfService()).toHaveLength(1);
});

test('a maintenance that goes on where a person’s word ends leaves no moment in between', () => {
  const test = new TestBook({ maintenance: [planned] });
  const { id } = test.raise(nine - HOUR);
  test.serve(POINT, nine - HOUR, { type: 'out-of-service', until: nine + HOUR, comment: 'repair' });
  test.tick(nine);
  expect(test.book.outOfService()).toMatchObject([{ by: 'li', until: nine + HOUR }]);
  test.tick(nine + HOUR);
  expect(test.book.outOfService()).toMatchObject([{ by: null, until: noon }]);
  expect(test.told(id)).toEqual(['raised', 'out-of-service']);
});

test('a maintenance that a person makes longer ends when they said', () => {
  const test = new TestBook({ maintenance: [planned] });
  test.tick(nine);
  test.serve(POINT, nine + HOUR, { type: 'out-of-service', until: noon + HOUR, comment: 'takes longer' });
  test.tick(noon + MINUTE);
  expect(test.book.outOfService()).toMatchObject([{ by: 'li', until: noon + HOUR }]);
});

test('a maintenance that never ends is told in pieces of a day, and without a moment in between', () => {
  const always: Maintenance = { points: [POINT], during: [{ from: 0, to: 0 }], reason: 'closed' };
  const test = new TestBook({ maintenance: [always] });
  const { id } = test.raise(nine);
  for (let day = 0; day < 4; day++) test.tick(nine + day * 24 * HOUR + 1);
  expect(test.told(id)).toEqual(['raised', 'out-of-service']);
});
