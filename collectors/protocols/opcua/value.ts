import { DataType, type DataValue, VariantArrayType } from 'node-opcua-client';
import type { OpcuaAddress } from '#model/driver';
import type { Quality, Reason } from '#model/quality';
import { judgeStatus } from './status.ts';

/** One point as the source reads it: the address of the link and the range of the site. */
export interface OpcuaPointPlan {
  readonly key: string;
  readonly address: OpcuaAddress;
  readonly range: readonly [low: number, high: number];
}

/** A sample without its time. */
export interface Measured {
  readonly value: number | null;
  readonly quality: Quality;
  readonly reason: Reason | null;
}

const bad = (reason: Reason, value: number | null = null): Measured => ({ value, quality: 'bad', reason });

/**
 * The number inside a data value, in the point's unit. A value under a bad status is not a value (Part 4, 7.11) and
 * is dropped; one outside the instrument's range is kept to be seen, and is bad.
 */
export function measure(data: DataValue, point: OpcuaPointPlan): Measured {
  const { quality, reason } = judgeStatus(data.statusCode.value);
  if (quality === 'bad') return bad(reason ?? 'device-exception');
  const raw = numberIn(data);
  if (raw === undefined) return bad('decode');
  const value = raw * (point.address.scale ?? 1) + (point.address.offset ?? 0);
  if (!Number.isFinite(value)) return bad('decode');
  const [low, high] = point.range;
  return value < low || value > high ? bad('out-of-range', value) : { value, quality, reason };
}

/** Undefined for anything that is not one number or one boolean. */
function numberIn({ value: variant }: DataValue): number | undefined {
  if (variant.arrayType !== VariantArrayType.Scalar) return undefined;
  const value: unknown = variant.value;
  if (variant.dataType === DataType.Int64 || variant.dataType === DataType.UInt64)
    return wide(variant.dataType, value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : undefined;
}

const TWO_32 = 2 ** 32;

/** node-opcua gives 64-bit integers as two unsigned words, the high one first. Beyond 2^53 the nearest double. */
function wide(type: DataType, value: unknown): number | undefined {
  if (!Array.isArray(value)) return undefined;
  const [high, low]: unknown[] = value;
  if (typeof high !== 'number' || typeof low !== 'number') return undefined;
  return (type === DataType.Int64 ? high | 0 : high >>> 0) * TWO_32 + (low >>> 0);
}
