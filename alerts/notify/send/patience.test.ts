import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#model/time';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import { Patience } from './patience.ts';

const NOON = Date.UTC(2026, 5, 1, 12);

test('a message is given up when it has waited for a day', async () => {
  const clock = new HandClock(NOON);
  const patience = new Patience(clock);
  await clock.advance(DAY - MINUTE);
  expect(patience.isOver(NOON)).toBe(false);
  await clock.advance(2 * MINUTE);
  expect(patience.isOver(NOON)).toBe(true);
});

test('a clock that is set forward by days gives up nothing that waits, and those that come later wait their day', async () => {
  const clock = new HandClock(NOON);
  const patience = new Patience(clock);
  await clock.advance(2 * HOUR);
  clock.step(3 * DAY);
  patience.look();
  const later = clock.wall();
  expect(patience.isOver(NOON)).toBe(false);
  await clock.advance(21 * HOUR);
  expect([NOON, later].map((at) => patience.isOver(at))).toEqual([false, false]);
  await clock.advance(2 * HOUR);
  expect([NOON, later].map((at) => patience.isOver(at))).toEqual([true, false]);
  await clock.advance(2 * HOUR);
  expect(patience.isOver(later)).toBe(true);
});

test('a clock that is set back makes nothing older', async () => {
  const clock = new HandClock(NOON);
  const patience = new Patience(clock);
  await clock.advance(2 * HOUR);
  clock.step(-DAY);
  patience.look();
  expect(patience.isOver(NOON)).toBe(false);
});

test('what waited while the gateway was off is tried for an hour before it is given up', async () => {
  const clock = new HandClock(NOON);
  const patience = new Patience(clock);
  expect(patience.isOver(NOON - 5 * DAY)).toBe(false);
  await clock.advance(HOUR);
  expect(patience.isOver(NOON - 5 * DAY)).toBe(true);
});

test('what goes out more than ten minutes after there was something to say is late, but not because the clock was set', async () => {
  const clock = new HandClock(NOON);
  const patience = new Patience(clock);
  await clock.advance(10 * MINUTE);
  expect(patience.isLate(NOON)).toBe(false);
  await clock.advance(1);
  expect(patience.isLate(NOON)).toBe(true);
  const fresh = clock.wall();
  clock.step(DAY);
  patience.look();
  expect(patience.isLate(fresh)).toBe(false);
});
