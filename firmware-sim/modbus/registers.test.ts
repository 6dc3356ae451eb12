import { expect, test } from 'vitest';
import type { ModbusAddress } from '#model/driver';
import { Registers } from './registers.ts';

const points: readonly ModbusAddress[] = [
  { table: 'holding', address: 10, type: 'int16', scale: 0.1 },
  { table: 'holding', address: 14, type: 'float32', order: 'CDAB' },
  { table: 'input', address: 0, type: 'bool', bit: 0 },
  { table: 'input', address: 0, type: 'bool', bit: 9 },
  { table: 'coil', address: 3, type: 'bool' },
  { table: 'coil', address: 12, type: 'bool' },
];

const ask = (code: number, address: number, quantity: number) => {
  const pdu = Buffer.alloc(5);
  pdu[0] = code;
  pdu.writeUInt16BE(address, 1);
  pdu.writeUInt16BE(quantity, 3);
  return pdu;
};

function filled(traits = {}) {
  const registers = new Registers(points, traits);
  [-4.2, 1.5, 1, 1, 1, 1].forEach((value, index) => void registers.set(index, value));
  return registers;
}

const answer = (registers: Registers, request: Buffer) => registers.answer(request).toString('hex');

test('registers hold the points where the driver puts them', () => {
  expect(answer(filled(), ask(3, 10, 1))).toBe('0302ffd6');
  // 1.5 is 3fc00000, words swapped.
  expect(answer(filled(), ask(3, 14, 2))).toBe('030400003fc0');
  expect(answer(filled(), ask(4, 0, 1))).toBe('04020201');
});

test('a bit is set and cleared without touching its neighbours', () => {
  const registers = filled();
  registers.set(2, 0);
  expect(answer(registers, ask(4, 0, 1))).toBe('04020200');
});

test('coils are packed eight to a byte, the first lowest', () => {
  expect(answer(filled(), ask(1, 3, 10))).toBe('01020102');
});

test('an unknown function, address or count is refused with its own exception', () => {
  expect(answer(filled(), ask(6, 10, 1))).toBe('8601');
  expect(answer(filled(), ask(2, 0, 1))).toBe('8202');
  expect(answer(filled(), ask(3, 16, 1))).toBe('8302');
  expect(answer(filled(), ask(3, 15, 2))).toBe('8302');
  expect(answer(filled(), ask(3, 9, 1))).toBe('8302');
  expect(answer(filled(), ask(3, 65_535, 125))).toBe('8302');
  expect(answer(filled(), ask(3, 10, 0))).toBe('8303');
  expect(answer(filled(), ask(3, 10, 126))).toBe('8303');
  expect(answer(filled(), ask(1, 3, 2001))).toBe('8103');
  expect(answer(filled(), Buffer.from([3, 0]))).toBe('8303');
});

test('a device reads over holes as zeros, unless its traits say that holes are illegal', () => {
  expect(answer(filled(), ask(3, 10, 4))).toBe('0308ffd6000000000000');
  expect(answer(filled({ hole: 0 }), ask(3, 10, 4))).toBe('8302');
  expect(answer(filled({ hole: 0 }), ask(3, 14, 2))).toBe('030400003fc0');
});

test('a device takes no more registers at once than its traits say', () => {
  expect(answer(filled({ maxRegisters: 2 }), ask(3, 10, 3))).toBe('8303');
  expect(answer(filled({ maxBits: 4 }), ask(1, 3, 5))).toBe('8103');
});
