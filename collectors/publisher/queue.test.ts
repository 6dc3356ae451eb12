import fc from 'fast-check';
import { expect, test } from 'vitest';
import { goodSample, type Sample } from '#model/reading';
import { type Batch, OBSTINATE, Queue } from './queue.ts';

const LIMITS = { batch: 3, gather: 20, capacity: 10 };
const samples = (...values: number[]): Sample[] => values.map((value) => goodSample('temp', value, value));
const valuesOf = (all: readonly Sample[] | undefined) => all?.map(({ value }) => value);

test('samples of a device gather in one batch, up to its size', () => {
  const queue = new Queue(LIMITS);
  queue.add('a', samples(1), 0);
  queue.add('b', samples(9), 0);
  queue.add('a', samples(2, 3, 4), 5);
  const first = queue.first();
  expect(valuesOf(first?.samples)).toEqual([1, 2, 3]);
  if (first !== undefined) queue.remove(first);
  expect(queue.first()?.device).toBe('b');
  expect(queue.readings).toBe(2);
});

test('a batch stays open for a while unless it is full, and gets nothing once it is on its way', () => {
  const queue = new Queue(LIMITS);
  queue.add('a', samples(1), 100);
  const batch = queue.first();
  if (batch === undefined) throw new Error('nothing waits');
  expect([100, 115, 120, 500].map((now) => queue.opensFor(batch, now))).toEqual([20, 5, 0, 0]);
  queue.add('a', samples(2, 3), 101);
  expect(queue.opensFor(batch, 101)).toBe(0);
  queue.take(batch);
  queue.add('a', samples(4), 102);
  expect(valuesOf(batch.samples)).toEqual([1, 2, 3]);
});

test('another batch is of another device, and best one that never failed', () => {
  const queue = new Queue(LIMITS);
  queue.add('a', samples(1, 2, 3, 4), 0);
  const suspect = queue.first();
  if (suspect === undefined) throw new Error('nothing waits');
  queue.add('b', samples(5), 0);
  queue.add('c', samples(6), 0);
  const other = queue.other(suspect);
  expect(other?.device).toBe('b');
  if (other !== undefined) other.closes += 1;
  expect(queue.other(suspect)?.device).toBe('c');
});

test('a later batch of the same device passes only one that ended many connections', () => {
  const queue = new Queue(LIMITS);
  queue.add('a', samples(1, 2, 3, 4), 0);
  const suspect = queue.first();
  if (suspect === undefined) throw new Error('nothing waits');
  suspect.closes = OBSTINATE - 1;
  expect(queue.other(suspect)).toBeUndefined();
  suspect.closes = OBSTINATE;
  expect(valuesOf(queue.other(suspect)?.samples)).toEqual([4]);
});

test('whichever have failed: another batch passes none of its device that is not obstinate', () => {
  const batch = fc.record({ device: fc.constantFrom('a', 'b', 'c'), closes: fc.nat({ max: 2 * OBSTINATE }) });
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 12 }), fc.nat(), (made, place) => {
      const queue = new Queue({ ...LIMITS, batch: 1, capacity: 100 });
      for (const { device } of made) queue.add(device, samples(0), 0);
      const waiting = queue.all();
      for (const [index, { closes }] of made.entries()) Object.assign(waiting[index] ?? {}, { closes });
      const suspect = waiting[place % waiting.length] as Batch;
      const other = queue.other(suspect);
      const older = waiting.slice(0, other === undefined ? 0 : waiting.indexOf(other));
      const passed = older.filter(({ device }) => device === other?.device);
      expect(passed.every(({ closes }) => closes >= OBSTINATE)).toBe(true);
      expect(other).not.toBe(suspect);
    }),
  );
});

test('there is no other batch than the only one', () => {
  const queue = new Queue(LIMITS);
  queue.add('a', samples(1), 0);
  const only = queue.first();
  expect(only === undefined ? only : queue.other(only)).toBeUndefined();
});

const step = fc.oneof(
  fc.record({ add: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: 0, max: 7 }) }),
  fc.constantFrom('take', 'arrive', 'put back'),
);

test('whatever happens: nothing is lost uncounted, memory is bounded, and each device keeps its order', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new Queue(LIMITS);
      let [added, dropped] = [0, 0];
      const arrived: { device: string; value: number }[] = [];
      const flying = new Set<ReturnType<Queue['first']>>();
      const arrive = (batch = queue.first()) => {
        if (batch === undefined) return;
        queue.remove(batch);
        flying.delete(batch);
        for (const { at } of batch.samples) arrived.push({ device: batch.device, value: at });
      };
      for (const one of steps) {
        if (typeof one === 'object') {
          const fresh = samples(...Array.from({ length: one.count }, () => added++));
          for (const batch of queue.add(one.add, fresh, 0)) dropped += batch.samples.length;
        } else if (one === 'take') {
          const batch = queue.first();
          if (batch !== undefined) queue.take(batch);
          if (batch !== undefined) flying.add(batch);
        } else if (one === 'put back') {
          expect(queue.putBack()).toEqual([...flying]);
          flying.clear();
        } else arrive([...flying][0] ?? queue.first());
        const inFlight = [...flying].reduce((sum, batch) => sum + (batch?.samples.length ?? 0), 0);
        expect(queue.readings).toBeLessThanOrEqual(Math.max(LIMITS.capacity, inFlight));
        expect(arrived.length + dropped + queue.readings).toBe(added);
      }
      queue.putBack();
      while (queue.first() !== undefined) arrive(queue.first());
      for (const device of ['a', 'b', 'c']) {
        const values = arrived.filter((one) => one.device === device).map(({ value }) => value);
        expect(values).toEqual(values.toSorted((x, y) => x - y));
      }
    }),
  );
});
