/** One request as it came, whatever carried it. */
export interface Request {
  readonly unit: number;
  /** 0 on a serial line. */
  readonly transaction: number;
  /** Function code and data. */
  readonly pdu: Buffer;
}

export interface Taken {
  readonly requests: readonly Request[];
  /** Bytes of a request that has not come whole. */
  readonly rest: Buffer;
  /** The peer does not speak this protocol. */
  readonly broken: boolean;
}

/** How requests are cut out of a byte stream and answers are wrapped for it. */
export interface Framing {
  take(bytes: Buffer): Taken;
  wrap(answer: Request): Buffer;
}

/** Modbus Messaging on TCP/IP V1.0b, clause 3.1.3: transaction, protocol 0, length, unit. */
const HEADER = 7;
const LONGEST_PDU = 253;

export const tcpFraming: Framing = {
  take(bytes) {
    const requests: Request[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER) {
      const length = bytes.readUInt16BE(at + 4);
      const legal = bytes.readUInt16BE(at + 2) === 0 && length >= 2 && length <= LONGEST_PDU + 1;
      if (!legal) return { requests, rest: Buffer.alloc(0), broken: true };
      const end = at + 6 + length;
      if (bytes.length < end) break;
      const pdu = bytes.subarray(at + HEADER, end);
      requests.push({ transaction: bytes.readUInt16BE(at), unit: bytes[at + 6] ?? 0, pdu });
      at = end;
    }
    return { requests, rest: bytes.subarray(at), broken: false };
  },
  wrap({ transaction, unit, pdu }) {
    const frame = Buffer.allocUnsafe(HEADER + pdu.length);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(pdu.length + 1, 4);
    frame[6] = unit;
    pdu.copy(frame, HEADER);
    return frame;
  },
};

/** Modbus over Serial Line V1.02, clause 2.5.1, as a serial server passes it on: unit, request, checksum. */
export const rtuFraming: Framing = {
  take(bytes) {
    const requests: Request[] = [];
    let rest = bytes;
    while (rest.length >= 4) {
      const length = rtuLength(rest);
      if (rest.length < length) break;
      const frame = rest.subarray(0, length);
      // Nobody answers a false checksum, and where the next request begins is not known: wait for silence.
      if (crc16(frame.subarray(0, -2)) !== frame.readUInt16LE(length - 2)) return taken(requests);
      requests.push({ transaction: 0, unit: frame[0] ?? 0, pdu: frame.subarray(1, -2) });
      rest = rest.subarray(length);
    }
    return { requests, rest, broken: false };
  },
  wrap({ unit, pdu }) {
    const frame = Buffer.allocUnsafe(pdu.length + 3);
    frame[0] = unit;
    pdu.copy(frame, 1);
    frame.writeUInt16LE(crc16(frame.subarray(0, -2)), pdu.length + 1);
    return frame;
  },
};

const taken = (requests: readonly Request[]): Taken => ({ requests, rest: Buffer.alloc(0), broken: false });

/** Functions 1 to 6 are eight bytes long; 15 and 16 say how long they are; of any other, all that came. */
function rtuLength(bytes: Buffer): number {
  const code = bytes[1] ?? 0;
  if (code >= 1 && code <= 6) return 8;
  if (code === 15 || code === 16) return 9 + (bytes[6] ?? 0);
  return bytes.length;
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/MODBUS; sent with the low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}
