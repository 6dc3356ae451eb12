import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { ByteOrder, RegisterTable, ValueType } from '#model/driver';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { type PeerValue, startPty, startPymodbus } from '../kit/modbus-peer.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

/*
 * What a user does with a device that nobody has written a driver for: its points stand in the site file, `hygate probe`
 * shows them, `hygate run` records them. The device is a pymodbus server, which encodes by itself.
 */

const VALUES: Readonly<Record<Exclude<ValueType, 'bool'>, number>> = {
  int16: -1234,
  uint16: 54_321,
  int32: -305_419_896,
  uint32: 4_023_233_417,
  int64: -1_234_567_890_123_456,
  uint64: 1_311_768_467_463_790,
  float32: 200.5,
  float64: -4.2,
};
const ORDERS: readonly ByteOrder[] = ['ABCD', 'CDAB', 'BADC', 'DCBA'];
const TABLES: readonly RegisterTable[] = ['holding', 'input'];
const UNIT = 3;

interface Point extends PeerValue {
  readonly key: string;
}

function points(): readonly Point[] {
  const found: Point[] = [];
  for (const table of TABLES) {
    let address = 100;
    for (const [type, value] of Object.entries(VALUES) as [keyof typeof VALUES, number][]) {
      for (const order of type.endsWith('16') ? ORDERS.filter((name) => /ABCD|BADC/.test(name)) : ORDERS) {
        found.push({
          key: `${table}-${type}-${order}`.toLowerCase(),
          unit: UNIT,
          table,
          address,
          type,
          order,
          value,
        });
        address += 4;
      }
    }
  }
  for (const table of ['coil', 'discrete'] as const) {
    for (const bit of [0, 1]) {
      const shared = {
        unit: UNIT,
        table,
        address: 7 + bit,
        type: 'bool',
        order: 'ABCD',
        value: bit,
      } as const;
      found.push({ key: `${table}-${bit}`, ...shared });
    }
  }
  return found;
}

const inSiteFile = ({ key, table, address, type, order }: Point) => ({
  ...{ key, name: key, quantity: 'number', table, address, type },
  ...(type === 'bool' ? {} : { order }),
});

let dir: string;
let stops: (() => Promise<unknown>)[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-wire-'));
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.reverse()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

async function connectTo(wire: 'tcp' | 'serial'): Promise<string> {
  const server = await startPymodbus(wire === 'tcp' ? 'tcp' : 'rtu', points());
  stops.push(() => server.stop());
  if (wire === 'tcp') return `modbus-tcp://127.0.0.1:${server.port}?unit=${UNIT}`;
  // A pty has no parity bit; Modbus over serial line V1.02, clause 2.5.1, makes even the default.
  const pty = await startPty(server.port);
  stops.push(() => pty.stop());
  return `modbus-rtu://${pty.path}?baud=115200&parity=none&unit=${UNIT}`;
}

async function siteFile(connect: string): Promise<string> {
  const file = join(dir, 'site.yaml');
  const device = {
    id: 'dut',
    area: 'lab',
    driver: 'modbus',
    connect,
    every: '1s',
    points: points().map(inSiteFile),
  };
  const listen = { mqtt: `127.0.0.1:${await freePort()}`, http: `127.0.0.1:${await freePort()}` };
  const areas = [{ id: 'lab', name: 'Lab', kind: 'other' }];
  writeFileSync(file, stringify({ site: { id: 'lab', name: 'Lab' }, listen, areas, devices: [device] }));
  return file;
}

describe.skipIf(without('pymodbus', 'socat')).each(['tcp', 'serial'] as const)('over %s', (wire) => {
  test('hygate probe shows every type in every order', async () => {
    const probe = new HygateProcess(['probe', await siteFile(await connectTo(wire)), 'dut']);
    expect((await probe.exited).code, probe.output).toBe(0);
    const shown = Object.fromEntries(
      [...probe.output.matchAll(/^ {2}(\S+) +[0-9a-f ]+? {2,}(-?[\d.]+) +good$/gm)].map(([, key, value]) => [
        key,
        Number(value),
      ]),
    );
    expect(shown).toEqual(Object.fromEntries(points().map(({ key, value }) => [key, Number(value)])));
  });

  test('hygate run records every type in every order', async () => {
    const file = await siteFile(await connectTo(wire));
    const hygate = new HygateProcess(['run', '--config', file, '--data', join(dir, 'data')]);
    stops.push(() => hygate.stop());
    const [, url = ''] = await hygate.waitFor(/^Page +(\S+)$/m);
    const [, oneTime = ''] = await hygate.waitFor(/one-time password: (\S+)/);
    const client = await HygateClient.first(url, oneTime, 'a-password-for-the-lab');
    const now = await until('every point has a reading', async () => {
      const readings = await client.now();
      return readings.size === points().length && readings;
    });
    const recorded = Object.fromEntries([...now].map(([id, { value, quality }]) => [id, [value, quality]]));
    const expected = points().map(({ key, value }) => [`dut.${key}`, [Number(value), 'good']]);
    expect(recorded).toEqual(Object.fromEntries(expected));
  });
});
