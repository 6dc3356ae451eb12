import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Frames } from './frames.ts';

/** A packet with a body of so many bytes: fixed header and remaining length of MQTT 3.1.1, clause 2.2.3. */
function packet(length: number): number[] {
  const header = [0x32];
  let rest = length;
  do {
    header.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return [...header, ...new Array<number>(length).fill(0xff)];
}

const cut = (bytes: readonly number[], sizes: readonly number[]): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    chunks.push(Uint8Array.from(bytes.slice(at, at + size)));
    at += size;
  }
  return chunks;
};

test('a packet is refused exactly when it is longer than allowed, wherever the stream is cut', () => {
  const lengths = fc.array(fc.oneof(fc.nat(5), fc.integer({ min: 120, max: 400 })), { maxLength: 8 });
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
  fc.assert(
    fc.property(lengths, sizes, fc.constantFrom(3, 127, 128, 300), (all, steps, longest) => {
      const frames = new Frames(longest);
      const accepted = cut(all.flatMap(packet), steps).every((chunk) => frames.accept(chunk));
      expect(accepted).toBe(all.every((length) => length <= longest));
    }),
  );
});

test('a packet is refused by its header, before any of its body has come', () => {
  expect(new Frames(1000).accept(Uint8Array.from(packet(1001).slice(0, 3)))).toBe(false);
});

test('a length of more than four bytes is refused', () => {
  expect(new Frames(2 ** 40).accept(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff))).toBe(false);
});
