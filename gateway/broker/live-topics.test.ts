import { expect, test } from 'vitest';
import type { Live } from '#model/live';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { type Clock, type Ms, realClock } from '#model/time';
import { topicsOf } from '#model/topic';
import { LiveTopics, type Outgoing } from './live-topics.ts';

/** Time that passes only when the test says so. */
class ManualClock implements Clock {
  now = 0;
  #timers: { due: Ms; task: () => void }[] = [];
  wall = () => this.now;
  monotonic = () => this.now;
  sleep = realClock.sleep;
  after(delay: Ms, task: () => void) {
    const timer = { due: this.now + delay, task };
    this.#timers.push(timer);
    return { cancel: () => this.#timers.splice(this.#timers.indexOf(timer), 1) };
  }
  async pass(ms: Ms): Promise<void> {
    for (const end = this.now + ms; this.now < end; this.now += 1) {
      const due = this.#timers.filter((timer) => timer.due <= this.now);
      this.#timers = this.#timers.filter((timer) => timer.due > this.now);
      for (const { task } of due) task();
      await new Promise(setImmediate);
    }
  }
}

function setUp(pointCount: number, send: () => Promise<void> = async () => {}) {
  const points = Array.from({ length: pointCount }, (_, n) => ({ id: `box.p${n}`, quantity: 'temperature' }));
  const site = { id: 'ward', devices: [{ points }] } as unknown as Site;
  const newest = new Map<string, Reading>();
  let listener: (readings: readonly Reading[]) => void = () => {};
  const live: Live = {
    get: (point) => newest.get(point),
    all: () => newest.values(),
    onReadings: (heard) => {
      listener = heard;
      return () => {};
    },
  };
  const clock = new ManualClock();
  const sent: Outgoing[] = [];
  const told = (message: Outgoing) => {
    sent.push(message);
    return send();
  };
  const topics = new LiveTopics({ site, topics: topicsOf('ward'), live, clock, send: told });
  const measure = (value: number, point = 'box.p0') => {
    const reading = { point, at: clock.now, value, quality: 'good', reason: null } as const;
    newest.set(point, reading);
    listener([reading]);
  };
  topics.start();
  topics.setAudience(1);
  const values = () => sent.map(({ payload }) => JSON.parse(payload.toString()).value);
  return { topics, clock, sent, values, measure, points };
}

test('a point that changes all the time is told once a second, with its newest value', async () => {
  const { clock, values, measure } = setUp(1);
  for (let n = 0; n < 300; n++) {
    measure(n);
    await clock.pass(10);
  }
  await clock.pass(2_000);
  const all = values();
  expect(all.length).toBeGreaterThanOrEqual(3);
  expect(all.length).toBeLessThanOrEqual(4);
  expect(all.at(-1)).toBe(299);
});

test('points that do not change are not told again', async () => {
  const { clock, values, measure } = setUp(2);
  measure(1);
  await clock.pass(10_000);
  expect(values()).toEqual([1]);
});

test('many points at once are told over several ticks, and none is forgotten', async () => {
  const { clock, sent, measure, points } = setUp(1_000);
  for (const { id } of points) measure(1, id);
  await clock.pass(60);
  expect(sent.length).toBeLessThanOrEqual(500);
  await clock.pass(1_000);
  expect(new Set(sent.map(({ topic }) => topic)).size).toBe(1_000);
});

test('subscribers that take nothing are not told more and more', async () => {
  const { clock, sent, measure, points } = setUp(1_000, () => new Promise(() => {}));
  for (const { id } of points) measure(1, id);
  await clock.pass(5_000);
  expect(sent.length).toBe(400);
});

test('without anyone who listens nothing is told, and who comes gets the newest', async () => {
  const { topics, clock, sent, measure } = setUp(3);
  topics.setAudience(0);
  measure(1);
  measure(2);
  measure(7, 'box.p2');
  await clock.pass(5_000);
  expect(sent).toEqual([]);
  const retained = [...topics.retained('hygate/ward/now/box/+')];
  expect(retained.map(({ topic }) => topic)).toEqual(['hygate/ward/now/box/p0', 'hygate/ward/now/box/p2']);
  expect(retained[0]?.payload.toString()).toBe('{"at":0,"value":2,"unit":"Cel"}');
});
