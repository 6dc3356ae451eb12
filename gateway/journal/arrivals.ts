import { type EpochMs, HOUR } from '#model/time';
import { ByteReader, ByteWriter } from './bytes.ts';

/** When late readings arrived, in columns beside their times; sorted by `at`, each `at` once. Few or none in most hours. */
export interface Arrivals {
  readonly at: readonly EpochMs[];
  readonly arrived: readonly EpochMs[];
}

export const NO_ARRIVALS: Arrivals = { at: [], arrived: [] };

/**
 * The late readings of an hour in one blob: varint(count), then for each zigzag(at - at before; the first: - the
 * hour's start) zigzag(arrived - arrived before; the first: - the hour's start). A logger empties its memory in few
 * messages, so most arrivals equal the one before: four bytes a reading.
 */
export function encodeArrivals(hour: number, { at, arrived }: Arrivals): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter();
  bytes.varint(at.length);
  let [lastAt, lastArrived] = [hour * HOUR, hour * HOUR];
  for (let i = 0; i < at.length; i++) {
    const [time, arrival] = [at[i] ?? 0, arrived[i] ?? 0];
    bytes.zigzag(time - lastAt);
    bytes.zigzag(arrival - lastArrived);
    [lastAt, lastArrived] = [time, arrival];
  }
  return bytes.take();
}

/** Throws a RangeError when the bytes are not of this form. */
export function decodeArrivals(hour: number, body: Uint8Array): Arrivals {
  const reader = new ByteReader(body);
  const [at, arrived]: [EpochMs[], EpochMs[]] = [[], []];
  let [lastAt, lastArrived] = [hour * HOUR, hour * HOUR];
  for (let left = reader.varint(); left > 0; left--) {
    lastAt += reader.zigzag();
    lastArrived += reader.zigzag();
    at.push(lastAt);
    arrived.push(lastArrived);
  }
  return { at, arrived };
}

/** Both together; where both know an `at`, what the first says stands. */
export function mergeArrivals(first: Arrivals, second: Arrivals): Arrivals {
  if (second.at.length === 0) return first;
  if (first.at.length === 0) return second;
  const merged = new Map<EpochMs, EpochMs>();
  for (const { at, arrived } of [second, first]) {
    for (let i = 0; i < at.length; i++) merged.set(at[i] ?? 0, arrived[i] ?? 0);
  }
  const entries = [...merged].sort(([a], [b]) => a - b);
  return { at: entries.map(([at]) => at), arrived: entries.map(([, arrived]) => arrived) };
}
