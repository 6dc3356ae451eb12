import { expect, test } from 'vitest';
import { newState } from '../judge/watch.ts';
import { parseState } from './stored-state.ts';

const reading = (at: number) => ({ point: 'fridge-1.temp', at, value: 9, quality: 'good' });
const earlier = { newest: 5, goodAt: 4, goodWatched: 3, lanes: {}, late: null };

test('a state is read as it was stored', () => {
  const state = { ...newState(7, 8), lag: 9, shift: { by: 3_600_000, unmoved: 1 } };
  expect(parseState(JSON.stringify(state))).toEqual(state);
});

test('a state of before there were signals goes on without any', () => {
  const { signals, ...plain } = { ...newState(7, 8), lag: 9 };
  expect(parseState(JSON.stringify(plain))).toEqual({ ...plain, signals: {} });
  expect(signals).toEqual({});
});

test('a state of before the steps of the clock were followed goes on without one', () => {
  expect(parseState(JSON.stringify(earlier))).toEqual({ ...earlier, signals: {}, lag: 0, shift: null });
});

test('late readings that an earlier version had gathered and not judged are judged in their span', () => {
  const late = {
    readings: [reading(30), reading(10), reading(20)],
    arrived: 99,
    unjudgedSince: 95,
    told: [],
  };
  expect(parseState(JSON.stringify({ ...earlier, late })).late).toEqual({
    ...{ from: 10, to: 30, count: 3, arrived: 99, waitsSince: 95, aside: [] },
  });
});

test('late readings that an earlier version had judged already are over', () => {
  const late = { readings: [reading(30)], arrived: 99, unjudgedSince: null, told: [] };
  expect(parseState(JSON.stringify({ ...earlier, late })).late).toBeNull();
});
