import { type EpochMs, HOUR } from '#model/time';

export interface Window {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/**
 * Parts all hours that have readings into spans of no more than `limit` readings, so that one span at a time fits into
 * memory, however many there are. A single hour is never parted.
 */
export function windowsOf(readingsByHour: ReadonlyMap<number, number>, limit: number): Window[] {
  const windows: Window[] = [];
  let [first, last, readings] = [0, 0, 0];
  for (const [hour, count] of [...readingsByHour].sort(([a], [b]) => a - b)) {
    if (readings > 0 && readings + count > limit) {
      windows.push({ from: first * HOUR, to: (last + 1) * HOUR });
      readings = 0;
    }
    if (readings === 0) first = hour;
    last = hour;
    readings += count;
  }
  if (readings > 0) windows.push({ from: first * HOUR, to: (last + 1) * HOUR });
  return windows;
}
