import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';

test('every whole number, float and text comes back as it was written', () => {
  const whole = fc.maxSafeNat();
  const signed = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
  const number = fc.double({ noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(whole, signed, number, fc.string({ unit: 'grapheme' }))), (rows) => {
      const writer = new ByteWriter();
      for (const [a, b, c, d] of rows) {
        writer.varint(a);
        writer.zigzag(b);
        writer.float(c);
        writer.text(d);
      }
      const reader = new ByteReader(writer.take());
      for (const [a, b, c, d] of rows) {
        expect([reader.varint(), reader.zigzag(), reader.float(), reader.text()]).toEqual([a, b, c, d]);
      }
      expect(reader.done).toBe(true);
    }),
  );
});

test('a varint takes seven bits a byte, the least significant first', () => {
  const writer = new ByteWriter();
  for (const value of [0, 127, 128, 300, 2 ** 31, 2 ** 53 - 1]) writer.varint(value);
  const bytes = [0, 127, 128, 1, 172, 2, 128, 128, 128, 128, 8, 255, 255, 255, 255, 255, 255, 255, 15];
  expect([...writer.take()]).toEqual(bytes);
});

test('reading past the end throws instead of inventing numbers', () => {
  expect(() => new ByteReader(new Uint8Array([128])).varint()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array([5, 65])).text()).toThrow(RangeError);
  expect(() => new ByteReader(new Uint8Array(7)).float()).toThrow(RangeError);
});
