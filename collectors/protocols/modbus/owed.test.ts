import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16 } from './frame.ts';
import { Owed } from './owed.ts';

/** The longest that an answer stays owed. */
const LATEST = 10_000;

const frame = (head: readonly number[], data = 0): Buffer => {
  const body = Buffer.concat([Buffer.from(head), Buffer.alloc(data, 7)]);
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(body));
  return Buffer.concat([body, crc]);
};
const answer = (unit: number, bytes: number, code = 3): Buffer => frame([unit, code, bytes], bytes);
const exception = (unit: number): Buffer => frame([unit, 0x83, 2]);

const units = fc.integer({ min: 1, max: 3 });
const lengths = fc.integer({ min: 1, max: 6 }).map((registers) => registers * 2);
const debts = fc.array(fc.record({ unit: units, bytes: lengths, at: fc.nat(2 * LATEST) }), { maxLength: 12 });

function owing(list: readonly { unit: number; bytes: number; at: number }[]): Owed {
  const owed = new Owed();
  for (const { unit, bytes, at } of list.toSorted((a, b) => a.at - b.at)) owed.add(unit, bytes, at);
  return owed;
}

test('a length is owed by a unit for ten seconds after the newest question for it', () => {
  fc.assert(
    fc.property(debts, units, lengths, fc.nat(2 * LATEST), (list, unit, bytes, later) => {
      const now = 2 * LATEST + later;
      const ofUnit = list.filter((debt) => debt.unit === unit && now - debt.at < LATEST);
      const owed = owing(list);
      expect(owed.has(unit, bytes, now)).toBe(ofUnit.some((debt) => debt.bytes === bytes));
      expect(owed.any(unit, now)).toBe(ofUnit.length > 0);
      if (ofUnit.length > 0) expect(owed.newest(unit)).toBe(Math.max(...ofUnit.map(({ at }) => at)));
    }),
  );
});

test('a unit that is settled owes nothing, the others what they owed', () => {
  const owed = owing([1, 2].map((unit) => ({ unit, bytes: 4, at: 0 })));
  owed.settle(1);
  expect([owed.any(1, 1), owed.has(1, 4, 1), owed.newest(1)]).toEqual([false, false, -Infinity]);
  expect(owed.has(2, 4, 1)).toBe(true);
});

describe('what has come', () => {
  const waiting = { unit: 1, bytes: 4 };

  test('is never taken for late when it can be the answer that is waited for, or an exception of that unit', () => {
    fc.assert(
      fc.property(debts, units, lengths, (list, unit, bytes) => {
        const owed = owing([...list, { unit, bytes, at: 2 * LATEST }]);
        expect(owed.lateBytes(answer(unit, bytes), { unit, bytes }, 2 * LATEST)).toBe(0);
        expect(owed.lateBytes(exception(unit), { unit, bytes }, 2 * LATEST)).toBe(0);
      }),
    );
  });

  test('is late when it is whole and owed, and only then', () => {
    fc.assert(
      fc.property(debts, units, lengths, fc.nat(20), (list, unit, bytes, more) => {
        fc.pre(unit !== waiting.unit || bytes !== waiting.bytes);
        const owed = owing(list);
        const late = answer(unit, bytes);
        const received = Buffer.concat([late, Buffer.alloc(more, 9)]);
        const isOwed = owed.has(unit, bytes, 2 * LATEST);
        expect(owed.lateBytes(received, waiting, 2 * LATEST)).toBe(isOwed ? late.length : 0);
      }),
    );
  });

  test('cannot be judged while an owed answer has only begun', () => {
    const owed = owing([{ unit: 2, bytes: 6, at: 0 }]);
    const late = answer(2, 6);
    for (let length = 1; length < late.length; length++)
      expect(owed.lateBytes(late.subarray(0, length), waiting, 1)).toBeUndefined();
    expect(owed.lateBytes(late, waiting, 1)).toBe(late.length);
  });

  test('is not late with a wrong checksum, as no read, or of a unit that owes nothing', () => {
    const owed = owing([{ unit: 2, bytes: 6, at: 0 }]);
    const spoiled = answer(2, 6);
    spoiled[5] = 1;
    expect(owed.lateBytes(spoiled, waiting, 1)).toBe(0);
    expect(owed.lateBytes(answer(2, 6, 16), waiting, 1)).toBe(0);
    expect(owed.lateBytes(answer(3, 6), waiting, 1)).toBe(0);
  });

  test('is late as an exception of another unit that owes an answer', () => {
    const owed = owing([{ unit: 2, bytes: 6, at: 0 }]);
    expect(owed.lateBytes(exception(2), waiting, 1)).toBe(5);
    expect(owed.lateBytes(exception(3), waiting, 1)).toBe(0);
  });
});
