import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Outage } from '#model/outage';
import { HOUR, MINUTE } from '#model/time';
import { MemoryJournal } from '../../test/kit/api-memory.ts';
import { apiSite } from '../../test/kit/api-site.ts';
import { until } from '../../test/kit/until.ts';
import { Ledger } from './ledger.ts';

class Counts {
  readonly all = new Map<string, number>();
  readonly #key = (name: string, labels: object) => [name, ...Object.values(labels)].join(' ');
  count(name: string, labels: object = {}, by = 1) {
    const key = this.#key(name, labels);
    this.all.set(key, (this.all.get(key) ?? 0) + by);
  }
  gauge(name: string, value: number, labels: object = {}) {
    this.all.set(this.#key(name, labels), value);
  }
  time() {}
}

/** A clock whose timers the test sets off. */
function handClock(start: number) {
  let now = start;
  const timers = new Set<{ at: number; task: () => void }>();
  return {
    wall: () => now,
    monotonic: () => now,
    after(delay: number, task: () => void) {
      const timer = { at: now + delay, task };
      timers.add(timer);
      return { cancel: () => timers.delete(timer) };
    },
    sleep: async () => {},
    advance(length: number) {
      now += length;
      for (const timer of [...timers]) {
        if (timer.at > now || !timers.delete(timer)) continue;
        timer.task();
      }
    },
  };
}

const START = 1_700_000_000_000;
const offline: Outage = {
  cause: 'device-offline',
  device: 'fridge-1',
  from: START,
  to: null,
  readings: null,
};

function stage() {
  const [journal, meter, clock] = [new MemoryJournal(), new Counts(), handClock(START)];
  const ledger = new Ledger({ site: apiSite, journal, clock, meter, log: silentLog });
  return { journal, meter, clock, ledger };
}

const types = (journal: MemoryJournal) => journal.recorded.map(({ type }) => type);

test('what is configured is journaled once, and again only when it changes', async () => {
  const { journal, meter, clock, ledger } = stage();
  await ledger.start();
  await ledger.stop();
  await ledger.start();
  await ledger.stop();
  expect(types(journal)).toEqual(['points-configured']);
  const fewer = { ...apiSite, devices: apiSite.devices.slice(1) };
  await new Ledger({ site: fewer, journal, clock, meter, log: silentLog }).start();
  expect(types(journal)).toEqual(['points-configured', 'points-configured']);
});

test('a gateway whose disk is full starts all the same, and tells its outages when it can write', async () => {
  const { journal, clock, ledger, meter } = stage();
  journal.broken = true;
  await ledger.start();
  ledger.report(offline);
  clock.advance(5000);
  await new Promise(setImmediate);
  journal.broken = false;
  clock.advance(5000);
  await until('both are told', () => journal.recorded.length === 2);
  expect(types(journal)).toEqual(['points-configured', 'outage']);
  expect(journal.recorded[1]?.data).toEqual({ ...offline });
  await ledger.stop();
  expect(meter.all.get('hygate_events_unrecorded_total outage')).toBeUndefined();
});

test('outages that can never be written are counted', async () => {
  const { journal, ledger, meter } = stage();
  await ledger.start();
  journal.broken = true;
  ledger.report(offline);
  await ledger.stop();
  expect(meter.all.get('hygate_events_unrecorded_total outage')).toBe(1);
});

test('a stop waits for the outages that a slow disk has not taken yet', async () => {
  const { journal, ledger, meter } = stage();
  await ledger.start();
  const taken: (() => void)[] = [];
  const record = journal.record.bind(journal);
  journal.record = async (event) => {
    await new Promise<void>((resolve) => taken.push(resolve));
    return record(event);
  };
  ledger.report(offline);
  ledger.report({ ...offline, to: START + MINUTE });
  const stopped = ledger.stop();
  for (let event = 0; event < 2; event++) {
    await until('the disk is asked', () => taken.length > event);
    taken[event]?.();
  }
  await stopped;
  expect(types(journal)).toEqual(['points-configured', 'outage', 'outage']);
  expect(meter.all.get('hygate_events_unrecorded_total outage')).toBeUndefined();
});

test('what an hour misses is counted once, five minutes after it', async () => {
  const { journal, clock, ledger, meter } = stage();
  const row = { from: 0, expected: 60, stored: 57, bad: 0, extra: 0, missing: { 'power-lost': 3 } };
  journal.ledger = { hours: [row], gaps: [], unbalanced: [] };
  await ledger.start();
  expect(meter.all.get('hygate_readings_missing_total power-lost')).toBe(0);
  const points = apiSite.devices.flatMap((device) => device.points).length;
  const counted = () => meter.all.get('hygate_readings_missing_total power-lost');
  clock.advance(HOUR - (START % HOUR) + 4 * MINUTE);
  await new Promise(setImmediate);
  expect(counted()).toBe(0);
  clock.advance(MINUTE);
  await until('the hour is counted', () => counted() === 3 * points);
  for (let minute = 0; minute < 30; minute++) {
    clock.advance(MINUTE);
    await new Promise(setImmediate);
  }
  expect(counted()).toBe(3 * points);
  journal.ledger = { hours: [row], gaps: [], unbalanced: [0] };
  clock.advance(HOUR);
  const unbalanced = () => meter.all.get('hygate_ledger_unbalanced_points');
  await until('the imbalance is told', () => unbalanced() === points);
  await ledger.stop();
});
