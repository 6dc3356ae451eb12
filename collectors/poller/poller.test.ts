import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Clock, Timer } from '#model/time';
import type { PollResult, PollSource } from '../source.ts';
import { Poller } from './poller.ts';

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = 0;
  #tasks: { due: number; task: () => void }[] = [];

  wall = () => 1_763_780_000_000 + this.#now;
  monotonic = () => this.#now;
  sleep = (delay: number) => new Promise<void>((resolve) => void this.after(delay, resolve));

  after(delay: number, task: () => void): Timer {
    const entry = { due: this.#now + Math.max(0, delay), task };
    this.#tasks.push(entry);
    const cancel = () => {
      this.#tasks = this.#tasks.filter((other) => other !== entry);
    };
    return { cancel };
  }

  /** Time passes, and what falls due is done in order. */
  async advance(time: number): Promise<void> {
    const end = this.#now + time;
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#now = Math.max(this.#now, next.due);
      next.task();
      await settled();
    }
    this.#now = end;
  }

  /** The machine sleeps: time passes and nothing is done until it wakes. */
  sleepThrough(time: number): void {
    this.#now += time;
  }

  #next(end: number): { due: number; task: () => void } | undefined {
    const [next] = this.#tasks.toSorted((a, b) => a.due - b.due);
    if (next === undefined || next.due > end) return undefined;
    this.#tasks = this.#tasks.filter((task) => task !== next);
    return next;
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const RESULT: PollResult = { samples: [], roundTrip: 1, requests: 1, answered: true };

/** A source that answers after `takes`, and notes how many polls of it ran at once. */
function slowSource(clock: Clock, takes: number) {
  const seen = { polls: 0, running: 0, most: 0, closed: false };
  const source: PollSource = {
    async poll() {
      seen.polls++;
      seen.most = Math.max(seen.most, ++seen.running);
      if (takes > 0) await clock.sleep(takes);
      seen.running--;
      return RESULT;
    },
    async close() {
      seen.closed = true;
    },
  };
  return { source, seen };
}

function rig(takes: readonly number[], every = 1000) {
  const clock = new HandClock();
  const sources = takes.map((each) => slowSource(clock, each));
  const skipped = new Map<string, number>();
  const results = new Map<string, number>();
  const add = (map: Map<string, number>, key: string, by: number) => map.set(key, (map.get(key) ?? 0) + by);
  const poller = new Poller({
    devices: sources.map(({ source }, index) => ({ device: `d${index}`, every, source })),
    onResult: (device) => add(results, device, 1),
    onSkipped: (device, count) => add(skipped, device, count),
    clock,
    log: silentLog,
  });
  return { clock, poller, skipped, results, seen: sources.map((each) => each.seen) };
}

test('every device is read once a period', async () => {
  const { clock, poller, results, skipped } = rig([0, 0, 0]);
  await poller.start();
  await clock.advance(10_999);
  expect([...results.values()]).toEqual([11, 11, 11]);
  expect(skipped.size).toBe(0);
  await poller.stop();
});

test('a device slower than its period is never read twice at once, what it misses is counted, others go on', async () => {
  const { clock, poller, results, skipped, seen } = rig([2500, 0]);
  await poller.start();
  await clock.advance(30_000);
  expect(seen[0]?.most).toBe(1);
  expect(results.get('d0')).toBe(10);
  expect((seen[0]?.polls ?? 0) + (skipped.get('d0') ?? 0)).toBe(31);
  expect(results.get('d1')).toBe(31);
  const stopping = poller.stop();
  await clock.advance(2500);
  await stopping;
});

test('after a sleep of the machine each device goes on in its place, without a burst', async () => {
  const { clock, poller, results, skipped } = rig(Array(50).fill(0));
  await poller.start();
  await clock.advance(5000);
  const before = new Map(results);
  clock.sleepThrough(3_600_000);
  await clock.advance(0);
  expect([...results]).toEqual([...before]);
  expect([...skipped.values()].every((count) => count >= 3600)).toBe(true);
  await clock.advance(1000);
  for (const [device, count] of results) expect(count - (before.get(device) ?? 0)).toBe(1);
  await poller.stop();
});

test('a source that rejects, against its contract, is read again and harms nobody', async () => {
  const clock = new HandClock();
  const results: string[] = [];
  let failures = 0;
  const bad: PollSource = {
    poll: () => {
      failures++;
      return Promise.reject(new Error('broken driver'));
    },
    close: async () => {},
  };
  const poller = new Poller({
    devices: [
      { device: 'bad', every: 1000, source: bad },
      { device: 'good', every: 1000, source: slowSource(clock, 0).source },
    ],
    onResult: (device) => results.push(device),
    onSkipped: () => {},
    clock,
    log: silentLog,
  });
  await poller.start();
  await clock.advance(3500);
  expect(failures).toBe(4);
  expect(results).toEqual(['good', 'good', 'good', 'good']);
  await poller.stop();
});

test('after stop nothing is read any more, sources are closed, and a poll that still ran brings nothing', async () => {
  const { clock, poller, results, seen } = rig([500]);
  await poller.start();
  await clock.advance(100);
  const stopping = poller.stop();
  await clock.advance(500);
  await stopping;
  await clock.advance(10_000);
  expect(seen[0]).toEqual({ polls: 1, running: 0, most: 1, closed: true });
  expect(results.size).toBe(0);
});
