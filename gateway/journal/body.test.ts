import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QUALITIES, REASONS } from '#model/quality';
import type { Reading } from '#model/reading';
import { BodyWriter, readBody } from './body.ts';
import { markOf, readingOf } from './mark.ts';

const reading: fc.Arbitrary<Reading> = fc
  .record({
    point: fc.constantFrom('a.t', 'b.t', '冷库-1.温度', 'x.y'),
    at: fc.integer({ min: 0, max: 3.7e12 }),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    quality: fc.constantFrom(...QUALITIES),
    reason: fc.constantFrom(...REASONS),
  })
  .map((one) => {
    const quality = one.value === null ? 'bad' : one.quality;
    return { ...one, quality, reason: quality === 'good' ? null : one.reason };
  });

function encode(writer: BodyWriter, readings: readonly Reading[], numbers: Map<string, number>): Uint8Array {
  for (const one of readings) {
    if (!numbers.has(one.point)) {
      numbers.set(one.point, numbers.size + 1);
      writer.define(numbers.size, one.point);
    }
    writer.reading(numbers.get(one.point) ?? 0, one.at, one.value ?? 0, markOf(one));
  }
  return writer.take();
}

function decode(body: Uint8Array, ids: Map<number, string>): Reading[] {
  const readings: Reading[] = [];
  readBody(body, {
    point: (no, id) => void ids.set(no, id),
    reading: (no, at, value, mark) => void readings.push(readingOf(ids.get(no) ?? '?', at, value, mark)),
  });
  return readings;
}

test('bodies one after another give back every reading, each point being defined once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(reading)), (batches) => {
      const [writer, numbers, ids] = [new BodyWriter(), new Map<string, number>(), new Map<number, string>()];
      for (const batch of batches) expect(decode(encode(writer, batch, numbers), ids)).toEqual(batch);
    }),
  );
});

test('a body cut anywhere throws or gives whole readings only', () => {
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1 }), fc.nat(), (batch, cut) => {
      const body = encode(new BodyWriter(), batch, new Map());
      const part = body.subarray(0, cut % body.length);
      let got: Reading[] = [];
      try {
        got = decode(part, new Map());
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
      expect(got).toEqual(batch.slice(0, got.length));
    }),
  );
});

test('a reason that a later version added reads as a sensor fault, not as good', () => {
  const unknown = readingOf('p.k', 1, Number.NaN, 2 | 4 | (31 << 3));
  expect(unknown).toEqual({ point: 'p.k', at: 1, value: null, quality: 'bad', reason: 'sensor-fault' });
});
