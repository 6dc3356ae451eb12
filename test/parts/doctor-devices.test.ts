import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { realClock } from '#model/time';
import { probeAll } from '../../gateway/cli/examinations/device-probes.ts';
import { diagnose } from '../../gateway/cli/examinations/diagnose.ts';
import { READ_WITHIN } from '../../gateway/doctor/devices.ts';
import { told } from '../kit/doctor-stage.ts';
import { freePort } from '../kit/free-port.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';
import { startPty } from '../kit/modbus-peer.ts';
import { healthy, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

/* Before a gateway runs the doctor reads the devices itself: at the installation, when all of them are new. */

const POINTS = { value: { table: 'holding', address: 100, type: 'uint16' } } as const;

async function startDevices(framing: 'mbap' | 'rtu') {
  const devices = new ScriptedModbus(framing);
  await devices.start();
  onTestFinished(() => devices.stop());
  return devices;
}

/** What the doctor says of four devices whose addresses differ in the unit only. */
async function examine(connect: (unit: number) => string) {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const site = {
    site: { id: 'c', name: 'c', 'time-zone': 'Asia/Shanghai' },
    listen: { http: `127.0.0.1:${await freePort()}`, mqtt: '127.0.0.1:0' },
    areas: [{ id: 'a', name: 'a', kind: 'other' }],
    devices: [1, 2, 3, 4].map((unit) => ({
      ...{ id: `boiler-${unit}`, area: 'a', driver: 'modbus', connect: connect(unit) },
      // All four within the doctor's time, and none late by a moment in which this process stands still.
      traits: { timeout: '3s' },
      points: [
        {
          key: 'temp',
          name: 't',
          quantity: 'temperature',
          table: 'holding',
          address: 100,
          type: 'int16',
          range: [0, 150],
        },
      ],
    })),
  };
  const file = join(dir, 'site.yaml');
  await writeFile(file, JSON.stringify(site));
  const found = await diagnose({ file, dataDir: join(dir, 'data'), url: undefined });
  expect(told(found.filter(({ code }) => code === 'site-file'))).toEqual([]);
  return told(found).filter((line) => line.includes('boiler'));
}

test.skipIf(without('socat'))('devices that share a serial line do not lock each other out', async () => {
  const devices = await startDevices('rtu');
  const pty = await startPty(devices.port);
  onTestFinished(() => pty.stop());
  expect(await examine((unit) => `modbus-rtu://${pty.path}?baud=9600&parity=none&unit=${unit}`)).toEqual([]);
  expect(devices.asked).toBe(4);
});

test('devices behind a converter that takes one connection are all read over it', async () => {
  const devices = await startDevices('mbap');
  devices.behaviour = (asked) => (devices.connections > 1 ? asked.socket.destroy() : healthy(asked));
  expect(await examine((unit) => `modbus-tcp://127.0.0.1:${devices.port}?unit=${unit}`)).toEqual([]);
  expect(devices.connections).toBe(1);
});

test('a converter that is away is told of each device behind it', async () => {
  const port = await freePort();
  const found = await examine((unit) => `modbus-tcp://127.0.0.1:${port}?unit=${unit}`);
  expect(found).toHaveLength(4);
  expect(new Set(found.map((line) => line.replace(/boiler-\d/, 'boiler')))).toEqual(
    new Set([
      expect.stringMatching(/^fault device-unreadable: boiler: cannot be read .*nothing listens there/),
    ]),
  );
});

test('one that does not answer takes only its own line with it, and what was found before stays', async () => {
  const [silent, other] = [await startDevices('mbap'), await startDevices('mbap')];
  const units: number[] = [];
  silent.behaviour = (asked) => {
    units.push(asked.unit);
    if (asked.unit === 1) healthy(asked);
  };
  const traits = { timeoutMs: 4 * READ_WITHIN };
  const device = (id: string, unit: number, { port }: ScriptedModbus) =>
    modbusDevice({ id, unit, line: tcpLine(port), points: POINTS, traits });
  const clock = new HandClock(realClock.wall());
  const probed = probeAll(
    [
      device('well', 1, silent),
      device('dead', 2, silent),
      device('last', 3, silent),
      device('apart', 1, other),
    ],
    clock,
  );
  await until('the dead one is asked', () => units.includes(2) && other.asked === 1);
  await clock.advance(READ_WITHIN);
  const found = await probed;
  expect([...found].filter(([id]) => id !== 'apart')).toEqual([
    ['well', { error: null, bad: [] }],
    ['dead', 'late'],
    ['last', 'late'],
  ]);
  expect(units).toEqual([1, 2]);
});
