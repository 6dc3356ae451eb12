import { afterEach, describe, expect, test } from 'vitest';
import type { ByteOrder, ModbusAddress, RegisterTable, ValueType } from '#model/driver';
import { realClock } from '#model/time';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { probeModbus } from '../../collectors/protocols/modbus/probe.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import {
  modbusDevice,
  outcome,
  pollOnce,
  rtuOverTcpLine,
  serialLine,
  tcpLine,
} from '../kit/modbus-device.ts';
import { type PeerValue, startPty, startPymodbus } from '../kit/modbus-peer.ts';
import { without } from '../kit/peers.ts';

const ORDERS: readonly ByteOrder[] = ['ABCD', 'CDAB', 'BADC', 'DCBA'];
const VALUES: Readonly<Record<Exclude<ValueType, 'bool'>, readonly (number | bigint)[]>> = {
  int16: [-32_768, -1, 245, 32_767],
  uint16: [0, 1, 0x1234, 65_535],
  int32: [-2_147_483_648, -2, 305_419_896, 2_147_483_647],
  uint32: [0, 305_419_896, 4_294_967_295],
  int64: [-9_007_199_254_740_991n, -3n, 1_234_567_890_123_456n, 9_007_199_254_740_993n],
  uint64: [0n, 1_311_768_467_463_790_320n, 18_446_744_073_709_551_615n],
  float32: [200.6, -4.2, 0, 3.4e38, 1.4e-45],
  float64: [200.6, -4.2, 1e-300, 1.797e308],
};
const SIZES: Readonly<Record<ValueType, number>> = {
  bool: 1,
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float32: 2,
  float64: 4,
};
const UNITS = [1, 2, 0, 247, 255] as const;
/** A server in a process of its own may be late by a second. */
const PATIENCE = 3000;

interface Case {
  readonly key: string;
  readonly address: ModbusAddress;
  readonly peer: PeerValue;
  readonly expected: number;
}

/** Every type in every order with every value, in both register tables, and bits in both bit tables. */
function casesOf(unit: number): readonly Case[] {
  const cases: Case[] = [];
  const add = (
    table: RegisterTable,
    address: number,
    type: ValueType,
    order: ByteOrder,
    value: number | bigint,
  ) => {
    const expected = type === 'float32' ? Math.fround(Number(value)) : Number(value);
    const key = `${table}-${type}-${order}-${address}`.toLowerCase();
    cases.push({
      key,
      address: { table, address, type, order },
      peer: { unit, table, address, type, order, value },
      expected,
    });
  };
  for (const table of ['input', 'holding'] as const) {
    let next = table === 'input' ? 0 : 40_000;
    for (const [type, values] of Object.entries(VALUES) as [ValueType, readonly (number | bigint)[]][]) {
      const orders = SIZES[type] === 1 ? (['ABCD', 'BADC'] as const) : ORDERS;
      for (const order of orders) {
        for (const value of values) {
          // The unit shifts the addresses: a value of another unit would not be where it is looked for.
          add(table, next + unit, type, order, value);
          next += SIZES[type];
        }
      }
    }
  }
  for (const table of ['coil', 'discrete'] as const) {
    for (let index = 0; index < 19; index++) {
      add(
        table,
        100 + unit + index,
        'bool',
        'ABCD',
        (index * index + unit + (table === 'coil' ? 0 : 1)) % 3 === 0 ? 1 : 0,
      );
    }
  }
  return cases;
}

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function lineOf(kind: 'tcp' | 'rtu-over-tcp' | 'rtu', values: readonly PeerValue[]) {
  const server = await startPymodbus(kind === 'tcp' ? 'tcp' : 'rtu', values);
  cleanups.push(() => server.stop());
  if (kind === 'tcp') return tcpLine(server.port);
  if (kind === 'rtu-over-tcp') return rtuOverTcpLine(server.port);
  const pty = await startPty(server.port);
  cleanups.push(() => pty.stop());
  return serialLine(pty.path);
}

describe.skipIf(without('pymodbus', 'socat'))('against pymodbus', () => {
  test.each(['tcp', 'rtu-over-tcp', 'rtu'] as const)(
    'every table, type and order of five units on one %s line comes out value by value',
    async (kind) => {
      const units = UNITS.map((unit) => ({ unit, cases: casesOf(unit) }));
      const line = await lineOf(
        kind,
        units.flatMap(({ cases }) => cases.map(({ peer }) => peer)),
      );
      const lines = new ModbusLines(realClock);
      cleanups.push(async () => lines.close());
      const read = units.map(async ({ unit, cases }) => {
        const points = Object.fromEntries(cases.map(({ key, address }) => [key, address]));
        const device = modbusDevice({
          line,
          unit,
          points,
          traits: { timeoutMs: PATIENCE, maxRegisters: 100, maxBits: 10 },
        });
        const { samples, requests } = await pollOnce(new ModbusSource(device, lines.get(line), realClock));
        expect(outcome(samples)).toEqual(
          Object.fromEntries(cases.map(({ key, expected }) => [key, expected])),
        );
        return { unit, points: samples.length, requests };
      });
      for (const { points, requests } of await Promise.all(read)) {
        expect(points).toBe(2 * 108 + 2 * 19);
        expect(requests).toBeGreaterThan(4);
      }
    },
  );

  test('a unit that nobody has is bad and does not take its neighbours along, over TCP and on a serial line', async () => {
    for (const kind of ['tcp', 'rtu'] as const) {
      const address: ModbusAddress = { table: 'holding', address: 7, type: 'int16', scale: 0.1 };
      const line = await lineOf(kind, [
        { unit: 3, table: 'holding', address: 7, type: 'int16', order: 'ABCD', value: 245 },
      ]);
      const lines = new ModbusLines(realClock);
      cleanups.push(async () => lines.close());
      const source = (unit: number, timeoutMs: number) =>
        new ModbusSource(
          modbusDevice({ line, unit, points: { temp: address }, traits: { timeoutMs } }),
          lines.get(line),
          realClock,
        );
      const [dead, alive] = [source(9, 150), source(3, PATIENCE)];
      for (let round = 0; round < 4; round++) {
        const [nothing, something] = await Promise.all([pollOnce(dead), pollOnce(alive)]);
        expect(outcome(nothing.samples)).toEqual({ temp: 'comm-timeout' });
        expect(outcome(something.samples)).toEqual({ temp: 24.5 });
      }
    }
  });

  test('one register that the device does not have costs only its own point, and only the first time more requests', async () => {
    const have = [10, 11, 12, 14, 15, 16, 17];
    const line = await lineOf(
      'tcp',
      have.map((address) => ({
        unit: 1,
        table: 'holding',
        address,
        type: 'uint16',
        order: 'ABCD',
        value: address,
      })),
    );
    const lines = new ModbusLines(realClock);
    cleanups.push(async () => lines.close());
    const points = Object.fromEntries(
      [...have, 13].map((address): [string, ModbusAddress] => [
        `r${address}`,
        { table: 'holding', address, type: 'uint16' },
      ]),
    );
    const source = new ModbusSource(
      modbusDevice({ line, points, traits: { timeoutMs: PATIENCE } }),
      lines.get(line),
      realClock,
    );
    const expected = {
      ...Object.fromEntries(have.map((address) => [`r${address}`, address])),
      r13: 'device-exception',
    };
    const first = await pollOnce(source);
    expect(outcome(first.samples)).toEqual(expected);
    const second = await pollOnce(source);
    expect(outcome(second.samples)).toEqual(expected);
    expect(second.requests).toBeLessThan(first.requests);
    expect(second.answered).toBe(true);
  });

  test('a probe shows the registers, the values and what is wrong', async () => {
    const line = await lineOf('tcp', [
      { unit: 1, table: 'holding', address: 0, type: 'int16', order: 'ABCD', value: 245 },
      { unit: 1, table: 'holding', address: 1, type: 'float32', order: 'CDAB', value: -4.5 },
      { unit: 1, table: 'coil', address: 3, type: 'bool', order: 'ABCD', value: 1 },
    ]);
    const device = modbusDevice({
      line,
      traits: { timeoutMs: PATIENCE },
      range: [-50, 20],
      points: {
        temp: { table: 'holding', address: 0, type: 'int16', scale: 0.1 },
        cold: { table: 'holding', address: 1, type: 'float32', order: 'CDAB' },
        door: { table: 'coil', address: 3, type: 'bool' },
        gone: { table: 'input', address: 9, type: 'int16' },
      },
    });
    const report = await probeModbus(device, realClock);
    expect(report.requests.map(({ what, raw }) => [what, raw])).toEqual([
      ['coil 3..3 (1 bits), unit 1', '01'],
      ['input 9..9 (1 registers), unit 1', null],
      ['holding 0..2 (3 registers), unit 1', '00f5 0000 c090'],
    ]);
    expect(report.requests[1]?.error).toMatch(/exception 2/);
    expect(report.points).toEqual([
      { key: 'door', raw: '1', value: 1, quality: 'good', reason: null },
      { key: 'gone', raw: null, value: null, quality: 'bad', reason: 'device-exception' },
      { key: 'temp', raw: '00f5', value: 24.5, quality: 'bad', reason: 'out-of-range' },
      { key: 'cold', raw: '0000 c090', value: -4.5, quality: 'good', reason: null },
    ]);
  });
});
