import { expect, test } from 'vitest';
import { clockStepOf } from '#model/clock-step';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import type { Outage } from '#model/outage';
import { DAY, HOUR, SECOND } from '#model/time';
import { CountingMeter } from '../../test/kit/broker.ts';
import { HandClock } from '../../test/kit/hand-clock.ts';
import { ClockWatch } from './clock-watch.ts';

const NOON = Date.UTC(2026, 5, 1, 12);

function rig(wall = NOON) {
  const hand = new HandClock(wall);
  const recorded: JournalEvent[] = [];
  const outages: Outage[] = [];
  const meter = new CountingMeter();
  const journal = { refuses: false };
  const watch = new ClockWatch({
    clock: hand,
    record: async (event) => {
      if (journal.refuses) throw new Error('the disk is full');
      return recorded.push(event);
    },
    log: silentLog,
    meter,
    onOutage: (outage) => outages.push(outage),
  });
  const steps = () => recorded.map((event) => clockStepOf(event));
  return { hand, watch, steps, outages, meter, journal };
}

test('a step to either side is journaled with what the clock showed and shows, and counted', async () => {
  const { hand, watch, steps, outages, meter } = rig();
  await watch.start();
  await hand.advance(10 * SECOND);
  hand.step(HOUR);
  await hand.advance(10 * SECOND);
  hand.step(-HOUR);
  await hand.advance(10 * SECOND);
  expect(steps()).toEqual([
    { from: NOON + 10 * SECOND + SECOND, to: NOON + 11 * SECOND + HOUR, by: HOUR },
    { from: NOON + 21 * SECOND + HOUR, to: NOON + 21 * SECOND, by: -HOUR },
  ]);
  expect(meter.of('hygate_clock_steps_total', 'forward')).toBe(1);
  expect(meter.of('hygate_clock_steps_total', 'back')).toBe(1);
  // Only the time that was left out is one in which nothing can have been measured.
  expect(outages).toEqual([
    {
      cause: 'clock-set',
      device: null,
      from: NOON + 11 * SECOND,
      to: NOON + 11 * SECOND + HOUR,
      readings: 0,
    },
  ]);
  await watch.stop();
});

test('whoever asks for the time sees the step first in the journal, before the next look', async () => {
  const { hand, watch, steps } = rig();
  await watch.start();
  hand.step(2 * HOUR);
  expect(watch.clock.wall()).toBe(NOON + 2 * HOUR);
  expect(steps()).toHaveLength(1);
  await watch.stop();
});

test('drift and slewing are no steps, however long they go on', async () => {
  const { hand, watch, steps, meter } = rig();
  await watch.start();
  for (let second = 0; second < 3600; second++) {
    hand.step(second % 2 === 0 ? 400 : 500);
    await hand.advance(SECOND);
  }
  expect(steps()).toEqual([]);
  expect(meter.of('hygate_clock_steps_total', 'forward')).toBe(0);
  await watch.stop();
});

test('NTP that comes after a boot in 1970 is a step of 56 years', async () => {
  const { hand, watch, steps } = rig(30 * SECOND);
  await watch.start();
  await hand.advance(40 * SECOND);
  hand.step(NOON);
  await hand.advance(SECOND);
  expect(steps()).toEqual([{ from: 71 * SECOND, to: NOON + 71 * SECOND, by: NOON }]);
  await watch.stop();
});

test('steps while the journal cannot write are recorded in order when it can again', async () => {
  const { hand, watch, steps, journal } = rig();
  await watch.start();
  journal.refuses = true;
  hand.step(HOUR);
  await hand.advance(5 * SECOND);
  hand.step(-2 * DAY);
  await hand.advance(5 * SECOND);
  expect(steps()).toEqual([]);
  journal.refuses = false;
  await hand.advance(2 * SECOND);
  expect(steps().map((step) => step?.by)).toEqual([HOUR, -2 * DAY]);
  await watch.stop();
});

test('after the stop nothing looks at the clock any more', async () => {
  const { hand, watch, steps } = rig();
  await watch.start();
  await watch.stop();
  hand.step(HOUR);
  await hand.advance(HOUR);
  expect(steps()).toEqual([]);
});
