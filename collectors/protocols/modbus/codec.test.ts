import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ByteOrder, ModbusAddress, ValueType } from '#model/driver';
import { decoderOf, registersOf } from './codec.ts';

const holding = (type: ValueType, rest: Partial<ModbusAddress> = {}): ModbusAddress => ({
  table: 'holding',
  address: 0,
  type,
  ...rest,
});
const decode = (hex: string, address: ModbusAddress, at = 0) =>
  decoderOf(address)(Buffer.from(hex.replaceAll(' ', ''), 'hex'), at);

/** Where byte A, B, C … of a value stands on the wire, as the names of the orders say. */
const LAYOUTS: Readonly<Record<ByteOrder, readonly [two: string, four: string]>> = {
  ABCD: ['ABCD', 'ABCDEFGH'],
  CDAB: ['CDAB', 'GHEFCDAB'],
  BADC: ['BADC', 'BADCFEHG'],
  DCBA: ['DCBA', 'HGFEDCBA'],
};
const layOut = (bigEndian: Buffer, layout: string): Buffer =>
  Buffer.from([...layout].map((letter) => bigEndian[letter.charCodeAt(0) - 65] ?? 0));

describe('byte orders', () => {
  const orders = fc.constantFrom<ByteOrder>('ABCD', 'CDAB', 'BADC', 'DCBA');

  test('any float32 comes back out of any order', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), orders, (value, order) => {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatBE(value);
        const wire = layOut(bytes, LAYOUTS[order][0]);
        expect(decoderOf(holding('float32', { order }))(wire, 0)).toBe(value);
      }),
    );
  });

  test('any 64-bit integer comes back out of any order as its nearest double', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), orders, (value, order) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64BE(value);
        const wire = layOut(bytes, LAYOUTS[order][1]);
        expect(decoderOf(holding('int64', { order }))(wire, 0)).toBe(Number(value));
      }),
    );
  });

  test('a 16-bit value knows its bytes swapped', () => {
    expect(decode('f500', holding('int16', { order: 'BADC' }))).toBe(245);
    expect(decode('00f5', holding('int16'))).toBe(245);
  });

  test('the value is found at its own place and nowhere else', () => {
    expect(decode('1111 0001 0002 2222', holding('uint32'), 2)).toBe(0x10002);
  });
});

describe('bits', () => {
  test('coils are packed from the least significant bit of the first byte', () => {
    const coil: ModbusAddress = { table: 'coil', address: 0, type: 'bool' };
    const bits = Array.from({ length: 10 }, (_, at) => decode('cd 01', coil, at));
    // The example of Modbus Application Protocol V1.1b3, clause 6.1: CD is 1100 1101.
    expect(bits).toEqual([1, 0, 1, 1, 0, 0, 1, 1, 1, 0]);
  });

  test('a bit of a register is counted from the least significant, after the bytes are in order', () => {
    expect(decode('8001', holding('bool', { bit: 15 }))).toBe(1);
    expect(decode('8001', holding('bool', { bit: 1 }))).toBe(0);
    expect(decode('8001', holding('bool', { bit: 8, order: 'BADC' }))).toBe(1);
  });
});

describe('scale and offset', () => {
  test('are what a person would work out', () => {
    expect(decode('00f5', holding('int16', { scale: 0.1 }))).toBe(24.5);
    expect(decode('0003', holding('int16', { scale: 0.1 }))).toBe(0.3);
    expect(decode('fff6', holding('int16', { scale: 0.01, offset: -40 }))).toBe(-40.1);
    expect(decode('0007', holding('int16', { scale: 100 }))).toBe(700);
  });

  test('any 16-bit number times a decimal scale is the double nearest to the decimal', () => {
    const args = [
      fc.integer({ min: -32_768, max: 32_767 }),
      fc.nat(4),
      fc.integer({ min: 1, max: 99 }),
    ] as const;
    fc.assert(
      fc.property(...args, (raw, decimals, times) => {
        const wire = Buffer.alloc(2);
        wire.writeInt16BE(raw);
        const scale = Number(`${times}e-${decimals}`);
        expect(decoderOf(holding('int16', { scale }))(wire, 0)).toBe(
          Number(`${raw * times}e-${decimals}`) + 0,
        );
      }),
    );
  });

  test('a scale that is no decimal fraction is multiplied as it is', () => {
    expect(decode('0002', holding('int16', { scale: 1 / 3 }))).toBe(2 / 3);
  });
});

describe('what is no value', () => {
  test('a fault code is its reason, before scale and offset', () => {
    const address = holding('int16', { scale: 0.1, faults: [{ raw: 32_767, reason: 'sensor-fault' }] });
    expect(decode('7fff', address)).toBe('sensor-fault');
    expect(decode('7ffe', address)).toBe(3276.6);
  });

  test('NaN and the infinities cannot be decoded, unless the device says what its NaN means', () => {
    expect(decode('7fc00000', holding('float32'))).toBe('decode');
    expect(decode('ff800000', holding('float32'))).toBe('decode');
    const faults = [{ raw: Number.NaN, reason: 'sensor-fault' }] as const;
    expect(decode('7fc00000', holding('float32', { faults }))).toBe('sensor-fault');
  });

  test('a result too large for a number cannot be decoded', () => {
    expect(decode('7fefffffffffffff', holding('float64', { scale: 10 }))).toBe('decode');
  });
});

test('a value takes as many registers as its type is wide', () => {
  const types: readonly ValueType[] = [
    'bool',
    'int16',
    'uint16',
    'int32',
    'uint32',
    'float32',
    'int64',
    'uint64',
    'float64',
  ];
  expect(types.map(registersOf)).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4]);
});
