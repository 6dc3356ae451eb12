import { ModbusFault } from './fault.ts';

/** `mbap`: Modbus TCP. `rtu`: the serial frame with its CRC, on a serial line or through a TCP converter. */
export type Framing = 'mbap' | 'rtu';

/** The one answer that is waited for. */
export interface Expected {
  readonly unit: number;
  readonly code: number;
  /** Data bytes of a whole answer. */
  readonly bytes: number;
  /** MBAP only. */
  readonly transaction: number;
}

const EXCEPTION = 0x80;
/** Transaction, protocol 0, length (MODBUS Messaging on TCP/IP V1.0b, clause 3.1.3); the unit follows. */
const MBAP_BYTES = 6;
const CRC_BYTES = 2;

/** What will answer a read request, given as the RTU frame that asks. */
export function expectedAnswer(request: Buffer, transaction: number): Expected {
  const [unit, code, count] = [request.readUInt8(0), request.readUInt8(1), request.readUInt16BE(4)];
  return { unit, code, bytes: code <= 2 ? Math.ceil(count / 8) : count * 2, transaction };
}

/** An RTU frame as Modbus TCP sends it. */
export function toMbap(frame: Buffer, transaction: number): Buffer {
  const body = frame.length - CRC_BYTES;
  const packet = Buffer.alloc(MBAP_BYTES + body);
  packet.writeUInt16BE(transaction, 0);
  packet.writeUInt16BE(body, 4);
  frame.copy(packet, MBAP_BYTES, 0, body);
  return packet;
}

/** How long the answer is of which the first bytes have come: an exception is shorter. */
export function answerLength(framing: Framing, received: Buffer, { code, bytes }: Expected): number {
  const body = framing === 'mbap' ? MBAP_BYTES : 0;
  const data = received[body + 1] === (code | EXCEPTION) ? 0 : bytes;
  return body + 3 + data + (framing === 'rtu' ? CRC_BYTES : 0);
}

/**
 * The answer as an RTU frame once all of it is here; undefined while more must come. Throws at the first byte that
 * does not belong to the expected answer: what follows can no longer be trusted. modbus-serial's own ports look for
 * anything that resembles an answer and keep the rest for the next question; that is how values get crossed.
 */
export function takeAnswer(framing: Framing, received: Buffer, expected: Expected): Buffer | undefined {
  const { unit, code, bytes } = expected;
  const body = framing === 'mbap' ? MBAP_BYTES : 0;
  const isException = received[body + 1] === (code | EXCEPTION);
  const data = isException ? 0 : bytes;
  const head = [unit, isException ? code | EXCEPTION : code, ...(isException ? [] : [bytes])];
  const prefix = framing === 'mbap' ? [...mbapHead(expected.transaction, 3 + data), ...head] : head;
  prefix.forEach((byte, index) => {
    const got = received[index];
    if (got !== undefined && got !== byte) throw new ModbusFault('decode', notTheAnswer(received));
  });
  const length = answerLength(framing, received, expected);
  if (received.length > length) throw new ModbusFault('decode', notTheAnswer(received));
  if (received.length < length) return undefined;
  return framing === 'rtu' ? received : withCrc(received.subarray(body));
}

const mbapHead = (transaction: number, length: number): readonly number[] => [
  transaction >> 8,
  transaction & 0xff,
  0,
  0,
  length >> 8,
  length & 0xff,
];

const notTheAnswer = (received: Buffer): string =>
  `what came is not the answer to the question: ${received.subarray(0, 32).toString('hex')}`;

function withCrc(body: Buffer): Buffer {
  const frame = Buffer.alloc(body.length + CRC_BYTES);
  body.copy(frame);
  frame.writeUInt16LE(crc16(body), body.length);
  return frame;
}

/** MODBUS over Serial Line V1.02, appendix B; polynomial 0xA001. */
const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

export function crc16(bytes: Buffer): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}
