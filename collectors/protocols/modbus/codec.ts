import type { ByteOrder, ModbusAddress, ValueType } from '#model/driver';
import type { Reason } from '#model/quality';

type Read = (bytes: Buffer, at: number) => number;

/** Each type in big-endian. 64-bit integers beyond 2^53 become the nearest double. */
const TYPES: Readonly<Record<ValueType, { readonly registers: number; readonly read: Read }>> = {
  bool: { registers: 1, read: (bytes, at) => bytes.readUInt16BE(at) },
  int16: { registers: 1, read: (bytes, at) => bytes.readInt16BE(at) },
  uint16: { registers: 1, read: (bytes, at) => bytes.readUInt16BE(at) },
  int32: { registers: 2, read: (bytes, at) => bytes.readInt32BE(at) },
  uint32: { registers: 2, read: (bytes, at) => bytes.readUInt32BE(at) },
  int64: { registers: 4, read: (bytes, at) => Number(bytes.readBigInt64BE(at)) },
  uint64: { registers: 4, read: (bytes, at) => Number(bytes.readBigUInt64BE(at)) },
  float32: { registers: 2, read: (bytes, at) => bytes.readFloatBE(at) },
  float64: { registers: 4, read: (bytes, at) => bytes.readDoubleBE(at) },
};

/** How many registers a value of the type takes. */
export const registersOf = (type: ValueType): number => TYPES[type].registers;

/**
 * The point's value (scale and offset applied) or the reason why there is none. `at` is the place in the answer's
 * data: a byte for registers, a bit for coils and discrete inputs.
 */
export type Decode = (bytes: Buffer, at: number) => number | Reason;

export function decoderOf(address: ModbusAddress): Decode {
  const read = readerOf(address);
  const scaled = scaling(address.scale ?? 1, address.offset ?? 0);
  const faults = address.faults ?? [];
  return (bytes, at) => {
    const raw = read(bytes, at);
    for (const fault of faults) {
      if (raw === fault.raw || (Number.isNaN(raw) && Number.isNaN(fault.raw))) return fault.reason;
    }
    const value = scaled(raw);
    return Number.isFinite(value) ? value : 'decode';
  };
}

function readerOf({ table, type, order = 'ABCD', bit = 0 }: ModbusAddress): Read {
  if (table === 'coil' || table === 'discrete')
    return (bytes, at) => (bytes.readUInt8(at >> 3) >> (at & 7)) & 1;
  const read = ordered(type, order);
  return type === 'bool' ? (bytes, at) => (read(bytes, at) >> bit) & 1 : read;
}

/** One value's bytes, put into big-endian order. Decoding never waits, so one serves all. */
const scratch = Buffer.alloc(8);

function ordered(type: ValueType, order: ByteOrder): Read {
  const { registers, read } = TYPES[type];
  if (order === 'ABCD') return read;
  const wordsReversed = order === 'CDAB' || order === 'DCBA';
  const bytesSwapped = order === 'BADC' || order === 'DCBA';
  return (bytes, at) => {
    for (let word = 0; word < registers; word++) {
      const from = at + 2 * (wordsReversed ? registers - 1 - word : word);
      scratch.writeUInt16BE(bytesSwapped ? bytes.readUInt16LE(from) : bytes.readUInt16BE(from), 2 * word);
    }
    return read(scratch, 0);
  };
}

const MOST_DECIMALS = 12;

/**
 * raw × scale + offset as a person would work it out: 3 × 0.1 is 0.3. Where scale and offset are decimal fractions,
 * the sum is done in whole numbers and divided once, which gives the double nearest to the decimal result.
 */
function scaling(scale: number, offset: number): (raw: number) => number {
  if (scale === 1 && offset === 0) return (raw) => raw;
  for (let decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
    const power = 10 ** decimals;
    const [times, plus] = [Math.round(scale * power), Math.round(offset * power)];
    if (times / power === scale && plus / power === offset) return (raw) => (raw * times + plus) / power;
  }
  return (raw) => raw * scale + offset;
}
