import type { JournalEvent } from './journal.ts';
import { type PointId, pointId, splitPointId } from './point.ts';
import type { Ms } from './time.ts';

/** Device → period in ms → the keys of its points, parted by a space: 10,000 points fit into some 100 KB. */
type Table = Record<string, Record<string, string>>;

/** The data of a `points-configured` event: who is asked for how often. The same points give the same text. */
export function writePoints(points: Iterable<readonly [PointId, Ms]>): JournalEvent['data'] {
  const devices: Table = {};
  for (const [point, every] of [...points].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = splitPointId(point);
    if (parts === undefined) continue;
    const { device, key } = parts;
    devices[device] ??= {};
    const periods = devices[device];
    periods[every] = periods[every] === undefined ? key : `${periods[every]} ${key}`;
  }
  return { devices };
}

/** What `writePoints` wrote; empty when it is something else. */
export function readPoints({ devices }: JournalEvent['data']): ReadonlyMap<PointId, Ms> {
  const points = new Map<PointId, Ms>();
  if (typeof devices !== 'object' || devices === null) return points;
  for (const [device, periods] of Object.entries(devices as Table)) {
    for (const [every, keys] of Object.entries(periods)) {
      for (const key of keys.split(' ')) points.set(pointId(device, key), Number(every));
    }
  }
  return points;
}
