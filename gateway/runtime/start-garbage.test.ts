import { constants, PerformanceObserver } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Clock } from '#model/time';
import { until } from '../../test/kit/until.ts';
import { collectStartGarbage } from './start-garbage.ts';

/** A collection that was asked for; those that V8 begins by itself are marked otherwise. */
const ASKED = constants.NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE;

let asked = 0;
const observer = new PerformanceObserver((list) => {
  const entries = list.getEntries() as readonly { readonly detail?: { readonly flags?: number } }[];
  asked += entries.filter(({ detail }) => detail?.flags === ASKED).length;
});
afterEach(() => observer.disconnect());

test('everything that nobody holds is collected after a while, though nothing asks for memory, and not before', async () => {
  const tasks: (() => void)[] = [];
  const clock: Pick<Clock, 'after'> = {
    after(_delay, task) {
      tasks.push(task);
      return { cancel() {} };
    },
  };
  observer.observe({ entryTypes: ['gc'] });
  collectStartGarbage(clock, silentLog);
  await new Promise(setImmediate);
  expect(asked).toBe(0);
  tasks[0]?.();
  await until('the collection', () => asked > 0);
});
