import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { type DeviceFacts, ofDevices } from './devices.ts';
import { verbatim } from './finding.ts';

const NOW = Date.UTC(2026, 5, 1);
const logger: DeviceFacts = {
  ...{
    id: 'box-7',
    name: verbatim('box'),
    protocol: 'mqtt',
    every: MINUTE,
    up: null,
    probe: null,
    isUnread: false,
  },
  ...{ lastGood: NOW - MINUTE, lastReason: null, lookedFrom: NOW - HOUR },
};
const said = (change: Partial<DeviceFacts>, running = true) =>
  ofDevices([{ ...logger, ...change }], { now: NOW, running, file: 'site.yaml' }).map(({ what }) => what.en);

test('a logger that is silent for five periods is told with the age of its last good reading', () => {
  expect(said({})).toEqual([]);
  expect(said({ lastGood: NOW - 5 * MINUTE + 1 })).toEqual([]);
  expect(said({ lastGood: NOW - 7 * MINUTE })).toEqual(['its last good reading is 7 min old']);
  expect(said({ every: 10 * MINUTE, lastGood: NOW - 49 * MINUTE })).toEqual([]);
});

test('one that never spoke is told as long as was looked back, and not before that says anything', () => {
  expect(said({ lastGood: null })).toEqual(['no good reading for at least 60 min']);
  expect(said({ lastGood: null, lookedFrom: NOW - 4 * MINUTE })).toEqual([]);
  expect(said({ lastGood: null, lookedFrom: null })).toEqual([]);
});

test('the reason of its bad readings is told', () => {
  expect(said({ lastGood: NOW - HOUR, lastReason: 'sensor-fault' })).toEqual([
    'its last good reading is 60 min old, sensor-fault',
  ]);
});

test('while no gateway runs, silence is not the fault of a device', () => {
  expect(said({ lastGood: NOW - HOUR }, false)).toEqual([]);
});

test('what the gateway cannot read is told after three periods, and not for one read that failed', () => {
  const down = { protocol: 'modbus', every: 5 * SECOND, up: false, lastReason: 'comm-timeout' } as const;
  expect(said({ ...down, lastGood: NOW - 14 * SECOND })).toEqual([]);
  expect(said({ ...down, lastGood: NOW - 15 * SECOND })).toEqual(['does not answer, comm-timeout']);
  expect(said({ ...down, up: true, lastGood: NOW - 15 * SECOND })).toEqual([]);
  expect(said({ ...down, lastGood: null, lookedFrom: NOW })).toEqual(['does not answer, comm-timeout']);
});

test('what the gateway does not read at all is told, at once', () => {
  expect(said({ protocol: 'modbus', isUnread: true, lookedFrom: null, lastGood: null })).toEqual([
    'the gateway that runs does not read it',
  ]);
});

test('one that was not read in time is no fault of its own: those before it on its line may be', () => {
  const late = { protocol: 'modbus', probe: 'late', lookedFrom: null, lastGood: null } as const;
  expect(said(late, false)).toEqual([
    'was not read within 15 s: it, or others on its line, answer too slowly',
  ]);
});
