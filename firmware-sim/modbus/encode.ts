import type { ByteOrder, ModbusAddress, ValueType } from '#model/driver';

const BYTES: Readonly<Record<ValueType, number>> = {
  bool: 2,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

export const registersOf = (type: ValueType): number => BYTES[type] / 2;

/** The raw number by which a device shows `value`: before scale and offset, rounded and held inside its type. */
export function rawOf({ type, scale = 1, offset = 0 }: ModbusAddress, value: number): number {
  const raw = (value - offset) / scale;
  if (type === 'bool') return raw === 0 ? 0 : 1;
  if (type === 'float32' || type === 'float64') return raw;
  const bits = BYTES[type] * 8;
  const low = type.startsWith('u') ? 0 : -(2 ** (bits - 1));
  const high = type.startsWith('u') ? 2 ** bits - 1 : 2 ** (bits - 1) - 1;
  return Math.min(high, Math.max(low, Math.round(raw)));
}

/** The raw number of a broken sensor: the device's own code, NaN, or the largest number of its type. */
export function brokenOf({ type, faults = [] }: ModbusAddress): number {
  const code = faults.find((fault) => fault.reason === 'sensor-fault') ?? faults[0];
  if (code !== undefined) return code.raw;
  if (type === 'float32' || type === 'float64') return Number.NaN;
  return rawOf({ table: 'holding', address: 0, type }, Number.MAX_VALUE);
}

/** The bytes of `raw` as they lie on the wire: the inverse of a reader's decoding. */
export function encode(type: ValueType, order: ByteOrder, raw: number): Buffer {
  const bytes = Buffer.alloc(BYTES[type]);
  write(bytes, type, raw);
  return reorder(bytes, order);
}

function write(bytes: Buffer, type: ValueType, raw: number): void {
  switch (type) {
    case 'bool':
    case 'uint16':
      bytes.writeUInt16BE(raw);
      break;
    case 'int16':
      bytes.writeInt16BE(raw);
      break;
    case 'int32':
      bytes.writeInt32BE(raw);
      break;
    case 'uint32':
      bytes.writeUInt32BE(raw);
      break;
    case 'int64':
      bytes.writeBigInt64BE(BigInt.asIntN(64, fitting(raw, 2n ** 63n - 1n)));
      break;
    case 'uint64':
      bytes.writeBigUInt64BE(BigInt.asUintN(64, fitting(raw, 2n ** 64n - 1n)));
      break;
    case 'float32':
      bytes.writeFloatBE(raw);
      break;
    case 'float64':
      bytes.writeDoubleBE(raw);
  }
}

/** A double cannot hold 2^63 - 1: the nearest is one too many and would wrap. */
function fitting(raw: number, high: bigint): bigint {
  const whole = BigInt(raw);
  return whole > high ? high : whole;
}

/** From ABCD, in place. CDAB: words reversed; BADC: bytes swapped inside each word; DCBA: both. */
function reorder(bytes: Buffer, order: ByteOrder): Buffer {
  if (order === 'BADC') return bytes.swap16();
  if (order === 'CDAB') return bytes.reverse().swap16();
  return order === 'DCBA' ? bytes.reverse() : bytes;
}
