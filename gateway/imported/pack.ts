import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { EpochMs } from '#model/time';

/** A value at a time, in the unit of its point. */
export interface Sample {
  readonly at: EpochMs;
  readonly value: number;
}

const PLACE_BYTES = 4;
const VALUE_BYTES = 8;

/** An hour of samples: all places in the hour (ms), then all values, deflated. */
export function packHour(hour: EpochMs, samples: readonly Sample[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.alloc(samples.length * (PLACE_BYTES + VALUE_BYTES));
  const values = samples.length * PLACE_BYTES;
  for (const [index, { at, value }] of samples.entries()) {
    bytes.writeUInt32LE(at - hour, index * PLACE_BYTES);
    bytes.writeDoubleLE(value, values + index * VALUE_BYTES);
  }
  return new Uint8Array(deflateRawSync(bytes));
}

/** Throws when the bytes are not a pack. */
export function unpackHour(hour: EpochMs, pack: Uint8Array): Sample[] {
  const bytes = inflateRawSync(pack);
  const count = bytes.length / (PLACE_BYTES + VALUE_BYTES);
  return Array.from({ length: count }, (_, index) => ({
    at: hour + bytes.readUInt32LE(index * PLACE_BYTES),
    value: bytes.readDoubleLE(count * PLACE_BYTES + index * VALUE_BYTES),
  }));
}
