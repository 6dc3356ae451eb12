import type { ModbusAddress, ModbusTraits, RegisterTable } from '#model/driver';
import { brokenOf, encode, rawOf, registersOf } from './encode.ts';

/** Exception codes of the Modbus Application Protocol V1.1b3, clause 7. */
export const EXCEPTIONS = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  busy: 6,
  noTarget: 0x0b,
} as const;

const TABLES: Readonly<Record<number, RegisterTable>> = {
  1: 'coil',
  2: 'discrete',
  3: 'holding',
  4: 'input',
};

export const isBitTable = (table: RegisterTable): boolean => table === 'coil' || table === 'discrete';

interface Table {
  /** A byte a bit, or two bytes a register: as they go over the wire. */
  readonly bytes: Buffer;
  /** 1 where the device has something. */
  readonly known: Uint8Array;
  readonly first: number;
}

/** The memory of one Modbus device, laid out from its driver's points. */
export class Registers {
  readonly #points: readonly ModbusAddress[];
  readonly #traits: ModbusTraits;
  readonly #tables = new Map<RegisterTable, Table>();

  constructor(points: readonly ModbusAddress[], traits: ModbusTraits) {
    this.#points = points;
    this.#traits = traits;
    for (const table of Object.values(TABLES)) {
      const mine = points.filter((point) => point.table === table);
      if (mine.length > 0) this.#tables.set(table, layOut(table, mine));
    }
  }

  /** Shows `value` at the point with this index; null: its sensor is broken. */
  set(index: number, value: number | null): void {
    const point = this.#points[index];
    const table = point && this.#tables.get(point.table);
    if (point === undefined || table === undefined) return;
    const raw = value === null ? brokenOf(point) : rawOf(point, value);
    if (isBitTable(point.table)) table.bytes[point.address] = raw;
    else if (point.type === 'bool') setBit(table.bytes, point, raw !== 0);
    else encode(point.type, point.order ?? 'ABCD', raw).copy(table.bytes, point.address * 2);
  }

  /** The answer to a request, without its unit: a response or an exception. */
  answer(request: Buffer): Buffer {
    const code = request[0] ?? 0;
    const table = TABLES[code];
    if (table === undefined) return exception(code, EXCEPTIONS.illegalFunction);
    if (request.length !== 5) return exception(code, EXCEPTIONS.illegalValue);
    const address = request.readUInt16BE(1);
    const quantity = request.readUInt16BE(3);
    const { maxBits = 2000, maxRegisters = 125 } = this.#traits;
    const most = isBitTable(table) ? maxBits : maxRegisters;
    if (quantity < 1 || quantity > most) return exception(code, EXCEPTIONS.illegalValue);
    const memory = this.#tables.get(table);
    if (memory === undefined || !this.#has(memory, address, quantity)) {
      return exception(code, EXCEPTIONS.illegalAddress);
    }
    return isBitTable(table)
      ? readBits(code, memory.bytes.subarray(address, address + quantity))
      : readRegisters(code, memory.bytes.subarray(address * 2, (address + quantity) * 2));
  }

  /** A device without holes (`hole: 0`) refuses registers between its points; others show 0 there. */
  #has({ known, first }: Table, address: number, quantity: number): boolean {
    const end = address + quantity;
    if (end > known.length) return false;
    if (this.#traits.hole !== 0) return address >= first;
    return !known.subarray(address, end).includes(0);
  }
}

export const exception = (code: number, exceptionCode: number): Buffer =>
  Buffer.from([(code | 0x80) & 0xff, exceptionCode]);

function layOut(table: RegisterTable, points: readonly ModbusAddress[]): Table {
  const width = isBitTable(table) ? 1 : 2;
  const sizeOf = (point: ModbusAddress) => (width === 1 ? 1 : registersOf(point.type));
  const end = Math.max(...points.map((point) => point.address + sizeOf(point)));
  const known = new Uint8Array(end);
  for (const point of points) known.fill(1, point.address, point.address + sizeOf(point));
  const first = Math.min(...points.map((point) => point.address));
  return { bytes: Buffer.alloc(end * width), known, first };
}

function setBit(bytes: Buffer, { address, bit = 0, order }: ModbusAddress, on: boolean): void {
  // BADC: the device sends the register's low byte first, so its bits lie in the other byte.
  const place = order === 'BADC' ? (bit + 8) % 16 : bit;
  const at = address * 2 + (place < 8 ? 1 : 0);
  const mask = 1 << (place % 8);
  const before = bytes[at] ?? 0;
  bytes[at] = on ? before | mask : before & ~mask;
}

function readRegisters(code: number, bytes: Buffer): Buffer {
  const answer = Buffer.allocUnsafe(2 + bytes.length);
  answer[0] = code;
  answer[1] = bytes.length;
  bytes.copy(answer, 2);
  return answer;
}

/** Clause 6.1: eight to a byte, the first in the least significant bit. */
function readBits(code: number, bits: Buffer): Buffer {
  const answer = Buffer.alloc(2 + Math.ceil(bits.length / 8));
  answer[0] = code;
  answer[1] = answer.length - 2;
  bits.forEach((bit, index) => {
    const at = 2 + (index >> 3);
    answer[at] = (answer[at] ?? 0) | (bit << (index & 7));
  });
  return answer;
}
