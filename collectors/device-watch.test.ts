import { expect, test } from 'vitest';
import { silentMeter } from '#model/meter';
import type { Outage } from '#model/outage';
import { realClock } from '#model/time';
import { modbusDevice, tcpLine } from '../test/kit/modbus-device.ts';
import { DeviceWatch } from './device-watch.ts';

const word = (address: number) => ({ table: 'holding', address, type: 'uint16' }) as const;

test('reads that were left out are told with their time and how many readings they would have brought', () => {
  const told: Outage[] = [];
  const device = modbusDevice({ line: tcpLine(1), points: { a: word(0), b: word(1) }, every: 500 });
  const watch = new DeviceWatch(device, {
    clock: { ...realClock, wall: () => 10_000 },
    meter: silentMeter,
    onOutage: (outage) => told.push(outage),
  });
  watch.skipped(3);
  expect(told).toEqual([{ cause: 'read-skipped', device: 'boiler', from: 8500, to: 10_000, readings: 6 }]);
});
