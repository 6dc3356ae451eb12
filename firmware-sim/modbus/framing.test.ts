import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc16, type Framing, type Request, rtuFraming, tcpFraming } from './framing.ts';

const requests = fc.array(
  fc.record({
    unit: fc.integer({ min: 0, max: 255 }),
    transaction: fc.integer({ min: 0, max: 65_535 }),
    code: fc.integer({ min: 1, max: 4 }),
    data: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Feeds the stream in pieces, as TCP may cut it. */
function feed(framing: Framing, stream: Buffer, cuts: readonly number[]) {
  const taken: Request[] = [];
  let rest = Buffer.alloc(0);
  const places = [...cuts.map((cut) => cut % stream.length), stream.length].sort((a, b) => a - b);
  let at = 0;
  for (const place of places) {
    const result = framing.take(Buffer.concat([rest, stream.subarray(at, place)]));
    expect(result.broken).toBe(false);
    taken.push(...result.requests);
    rest = Buffer.from(result.rest);
    at = place;
  }
  expect(rest).toHaveLength(0);
  return taken;
}

test.each([
  ['TCP', tcpFraming],
  ['RTU', rtuFraming],
])('%s: requests come out whole and in order, wherever the stream is cut', (name, framing) => {
  fc.assert(
    fc.property(requests, fc.array(fc.nat()), (written, cuts) => {
      const sent = written.map(({ unit, transaction, code, data }) => ({
        unit,
        transaction: name === 'TCP' ? transaction : 0,
        pdu: Buffer.from([code, ...data]),
      }));
      const stream = Buffer.concat(sent.map((request) => framing.wrap(request)));
      const came = feed(framing, stream, cuts);
      expect(came.map((request) => ({ ...request, pdu: Buffer.from(request.pdu) }))).toEqual(sent);
    }),
  );
});

test('the checksum is that of the published check value', () => {
  expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
  // Modbus over Serial Line: unit 2, read exception status → 02 07 41 12 on the wire.
  expect(rtuFraming.wrap({ unit: 2, transaction: 0, pdu: Buffer.from([7]) }).toString('hex')).toBe(
    '02074112',
  );
});

test('a request with a false checksum is not answered and does not spoil the next one', () => {
  const good = rtuFraming.wrap({ unit: 1, transaction: 0, pdu: Buffer.from([3, 0, 0, 0, 1]) });
  const bad = Buffer.from(good);
  bad[3] = 9;
  expect(rtuFraming.take(bad)).toMatchObject({ requests: [], broken: false });
  expect(rtuFraming.take(bad).rest).toHaveLength(0);
  expect(rtuFraming.take(good).requests).toHaveLength(1);
});

test('what is not Modbus TCP is told at once', () => {
  expect(tcpFraming.take(Buffer.from('GET / HTTP/1.1\r\n')).broken).toBe(true);
  expect(tcpFraming.take(Buffer.from([0, 1, 0, 0, 0, 1, 1, 3])).broken).toBe(true);
  expect(tcpFraming.take(Buffer.from([0, 1, 0, 0, 1, 0, 1, 3])).broken).toBe(true);
});
