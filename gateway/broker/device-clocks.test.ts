import { expect, test } from 'vitest';
import { silentMeter } from '#model/meter';
import { HOUR, MINUTE } from '#model/time';
import { DeviceClocks } from './device-clocks.ts';

const NOON = Date.UTC(2026, 5, 1, 12);
/** `minutes` after the start, the device's clock shows so much less than ours. */
const shown = (minutes: number, behind: number) => ({
  device: 'box',
  now: NOON + minutes * MINUTE,
  shown: NOON + minutes * MINUTE - behind,
  monotonic: minutes * MINUTE,
});

test('a clock that is behind is believed when two messages agree', () => {
  const clocks = new DeviceClocks(silentMeter);
  expect(clocks.offset(shown(0, 7 * MINUTE))).toBeNull();
  expect(clocks.offset(shown(1, 7 * MINUTE + 5))).toBe(7 * MINUTE + 5);
});

test('a message that was kept back on its way does not make a clock wrong', () => {
  const clocks = new DeviceClocks(silentMeter);
  clocks.offset(shown(0, 0));
  // Sent in time, each of them, and all of them stuck in a queue for hours.
  expect([5, 4, 3].map((hours) => clocks.offset(shown(60, hours * HOUR)))).toEqual([null, null, null]);
});

test('a clock that is ahead is believed at once: no message comes before it was sent', () => {
  expect(new DeviceClocks(silentMeter).offset(shown(0, -HOUR))).toBe(-HOUR);
});

test('the journal is told of a clock once, and again when it is off by another time or right', () => {
  const clocks = new DeviceClocks(silentMeter);
  const told: unknown[] = [];
  const say = (minute: number, behind: number) => {
    const moment = shown(minute, behind);
    const offset = clocks.offset(moment);
    const event = offset === null ? undefined : clocks.event(moment, offset);
    if (event !== undefined) told.push([minute, event.data['before'], event.data['offset']]);
  };
  for (let minute = 0; minute < 60; minute++) say(minute, 0);
  for (let minute = 60; minute < 120; minute++) say(minute, -5 * MINUTE);
  for (let minute = 120; minute < 180; minute++) say(minute, 0);
  expect(told).toEqual([
    [60, 0, -5 * MINUTE],
    [120, -5 * MINUTE, 0],
  ]);
});

test('a clock that jumps about does not fill the journal', () => {
  const clocks = new DeviceClocks(silentMeter);
  let events = 0;
  for (let minute = 0; minute < 600; minute++) {
    const moment = shown(minute, -(minute % 7) * HOUR);
    const offset = clocks.offset(moment);
    if (offset !== null && clocks.event(moment, offset) !== undefined) events += 1;
  }
  expect(events).toBeLessThanOrEqual(60);
  expect(events).toBeGreaterThan(20);
});
