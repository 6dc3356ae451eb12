import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteOrder, ValueType } from '#model/driver';
import { brokenOf, encode, rawOf } from './encode.ts';

/** A reader of its own: from the letters of the order, each the place of a byte, most significant first. */
function decode(type: ValueType, order: ByteOrder, wire: Buffer): number {
  const places: Record<ByteOrder, (index: number, size: number) => number> = {
    ABCD: (index) => index,
    DCBA: (index, size) => size - 1 - index,
    BADC: (index) => index ^ 1,
    CDAB: (index, size) => (size - 2 - (index & ~1)) | (index & 1),
  };
  const size = wire.length;
  const view = new DataView(new ArrayBuffer(8));
  for (let index = 0; index < size; index++) view.setUint8(places[order](index, size), wire[index] ?? 0);
  if (type === 'int16') return view.getInt16(0);
  if (type === 'uint16' || type === 'bool') return view.getUint16(0);
  if (type === 'int32') return view.getInt32(0);
  if (type === 'uint32') return view.getUint32(0);
  if (type === 'int64') return Number(view.getBigInt64(0));
  if (type === 'uint64') return Number(view.getBigUint64(0));
  return type === 'float32' ? view.getFloat32(0) : view.getFloat64(0);
}

const orders = fc.constantFrom<ByteOrder>('ABCD', 'CDAB', 'BADC', 'DCBA');
const shortOrders = fc.constantFrom<ByteOrder>('ABCD', 'BADC');
const address = { table: 'holding', address: 0 } as const;

const cases: [ValueType, fc.Arbitrary<number>][] = [
  ['int16', fc.integer({ min: -32_768, max: 32_767 })],
  ['uint16', fc.integer({ min: 0, max: 65_535 })],
  ['int32', fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
  ['uint32', fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  ['int64', fc.maxSafeInteger()],
  ['uint64', fc.maxSafeNat()],
  ['float32', fc.float()],
  ['float64', fc.double()],
];

test.each(cases)('every %s comes back the same in every byte order', (type, values) => {
  const order = type.endsWith('16') ? shortOrders : orders;
  fc.assert(
    fc.property(values, order, (value, chosen) => {
      expect(decode(type, chosen, encode(type, chosen, rawOf({ ...address, type }, value)))).toBe(value);
    }),
  );
});

test('bytes lie as the letters say: 0x11223344', () => {
  const hex = (order: ByteOrder) => encode('uint32', order, 0x11223344).toString('hex');
  expect([hex('ABCD'), hex('CDAB'), hex('BADC'), hex('DCBA')]).toEqual([
    '11223344',
    '33441122',
    '22114433',
    '44332211',
  ]);
  expect(encode('uint64', 'CDAB', 0x0011223344556677).toString('hex')).toMatch(/^66..44552233/);
});

test('scale and offset are undone within half a step', () => {
  fc.assert(
    fc.property(fc.double({ min: -40, max: 60, noNaN: true }), (value) => {
      const raw = rawOf({ ...address, type: 'int16', scale: 0.1, offset: -40 }, value);
      expect(Number.isInteger(raw)).toBe(true);
      expect(Math.abs(raw * 0.1 - 40 - value)).toBeLessThanOrEqual(0.05 + 1e-9);
    }),
  );
});

test('a value outside its type is held at its end, not wrapped', () => {
  expect(rawOf({ ...address, type: 'int16' }, 40_000)).toBe(32_767);
  expect(rawOf({ ...address, type: 'uint16' }, -3)).toBe(0);
  for (const type of ['int64', 'uint64'] as const) {
    const raw = rawOf({ ...address, type }, 1e30);
    expect(encode(type, 'ABCD', raw).readUInt8(0)).toBe(type === 'int64' ? 0x7f : 0xff);
  }
});

test("a broken sensor shows the device's own code, else NaN or the largest number", () => {
  const faults = [
    { raw: 65_534, reason: 'calibration' as const },
    { raw: 65_535, reason: 'sensor-fault' as const },
  ];
  expect(brokenOf({ ...address, type: 'uint16', faults })).toBe(65_535);
  expect(brokenOf({ ...address, type: 'float32' })).toBeNaN();
  expect(brokenOf({ ...address, type: 'int16' })).toBe(32_767);
});
