import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import type { Column } from './columns.ts';
import { type Allowance, historyFaults } from './history-check.ts';
import type { HistoryHour } from './history-copy.ts';

const START = 472_000 * HOUR;
const strict: Allowance = { cursor: 100, expiredBefore: 0, forgottenBefore: 0 };

const column = (...at: readonly number[]): Column => ({
  at: at.map((n) => START + n),
  value: at,
  mark: at.map(() => 0),
  seq: at,
  doubled: 0,
});

const history = (...at: readonly number[]): HistoryHour[] => {
  const samples = {
    at: Float64Array.from(at, (n) => START + n),
    value: Float64Array.from(at),
    mark: new Uint8Array(at.length),
  };
  return [{ hour: START, samples, summaryFits: true }];
};

const faults = (rows: Column, hours: readonly HistoryHour[], more: Partial<Allowance> = {}) =>
  [...historyFaults(rows, hours, { ...strict, ...more })].map(({ segments, history: count }) => [
    segments,
    count,
  ]);

test('the same readings are no fault, one more or one fewer on either side is', () => {
  expect(faults(column(1, 2, 3), history(1, 2, 3))).toEqual([]);
  expect(faults(column(1, 2), history(1, 2, 3))).toEqual([[2, 3]]);
  expect(faults(column(1, 2, 3), history(1, 3))).toEqual([[3, 2]]);
  expect(faults(column(1), [])).toEqual([[1, 0]]);
  expect(faults(column(), history(1))).toEqual([[0, 1]]);
});

test('what lies in rows after the cursor may be on its way to the history, and nothing else', () => {
  expect(faults(column(1, 2, 3), history(1, 2), { cursor: 2 })).toEqual([]);
  expect(faults(column(1, 2, 3), history(1), { cursor: 2 })).toEqual([[3, 1]]);
});

test('where segments have expired the history may have more, and nothing may differ', () => {
  const expired = { expiredBefore: START + 2 * HOUR };
  expect(faults(column(2), history(1, 2, 3), expired)).toEqual([]);
  expect(faults(column(2, 4), history(1, 2, 3), expired)).toEqual([[2, 3]]);
  expect(faults(column(), history(1), expired)).toEqual([]);
});

test('where the history has expired it may have nothing', () => {
  const forgotten = { forgottenBefore: START + HOUR };
  expect(faults(column(1, 2), [], forgotten)).toEqual([]);
  expect(faults(column(1, 2), history(1), forgotten)).toEqual([[2, 1]]);
});
