import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc16, type Expected, expectedAnswer, type Framing, takeAnswer, toMbap } from './frame.ts';

/** Read two holding registers at 0x006B of unit 17, as in every Modbus book; its CRC is 7687 hex, low byte first. */
const REQUEST = Buffer.from('1103006b00037687', 'hex');
const BODY = Buffer.from('110306ae415652434049ad', 'hex').subarray(0, 9);
const expected = expectedAnswer(REQUEST, 0x1234);

const rtu = (body: Buffer): Buffer => {
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(body));
  return Buffer.concat([body, crc]);
};
const whole = (framing: Framing, body: Buffer, transaction = expected.transaction): Buffer =>
  framing === 'rtu' ? rtu(body) : toMbap(rtu(body), transaction);

test('the CRC is that of the books', () => {
  expect(crc16(REQUEST.subarray(0, 6))).toBe(0x8776);
  // MODBUS over Serial Line V1.02, appendix B: 02 07 gives 41 12.
  expect(crc16(Buffer.from('0207', 'hex'))).toBe(0x1241);
});

test('a request says what its answer must be', () => {
  expect(expected).toEqual({ unit: 17, code: 3, bytes: 6, transaction: 0x1234 });
  expect(expectedAnswer(Buffer.from('01010013002500000', 'hex'), 1).bytes).toBe(5);
});

describe.each(['mbap', 'rtu'] as const)('%s', (framing) => {
  const answer = whole(framing, BODY);
  const exception = whole(framing, Buffer.from('118302', 'hex'));

  test('the right answer comes out as an RTU frame, and not a byte earlier', () => {
    for (let length = 0; length < answer.length; length++) {
      expect(takeAnswer(framing, answer.subarray(0, length), expected)).toBeUndefined();
    }
    expect(takeAnswer(framing, answer, expected)).toEqual(rtu(BODY));
    expect(takeAnswer(framing, exception, expected)).toEqual(rtu(Buffer.from('118302', 'hex')));
  });

  test('one byte more is no answer', () => {
    expect(() => takeAnswer(framing, Buffer.concat([answer, Buffer.from([0])]), expected)).toThrow(
      /not the answer/,
    );
    expect(() => takeAnswer(framing, Buffer.concat([exception, Buffer.from([0])]), expected)).toThrow();
  });

  test('a right answer to any other question is no answer', () => {
    const others = fc.record({
      unit: fc.nat(255),
      code: fc.constantFrom(1, 2, 3, 4),
      bytes: fc.integer({ min: 1, max: 250 }),
      transaction: framing === 'mbap' ? fc.nat(0xffff) : fc.constant(expected.transaction),
    });
    fc.assert(
      fc.property(others, (other) => {
        fc.pre(differs(other));
        const body = Buffer.concat([
          Buffer.from([other.unit, other.code, other.bytes]),
          Buffer.alloc(other.bytes, 7),
        ]);
        expect(given(whole(framing, body, other.transaction))).toBe(false);
      }),
    );
  });

  test('random bytes are no answer', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => !given(Buffer.from(bytes))));
  });

  const differs = (other: Expected): boolean =>
    other.unit !== expected.unit ||
    other.code !== expected.code ||
    other.bytes !== expected.bytes ||
    other.transaction !== expected.transaction;

  /** True when the bytes, come all at once, were taken for the answer. */
  const given = (bytes: Buffer): boolean => {
    try {
      return takeAnswer(framing, bytes, expected) !== undefined;
    } catch {
      return false;
    }
  };
});
