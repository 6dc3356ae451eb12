import type { Reading } from '#model/reading';
import type { ForwardSite } from '../../gateway/forward/influx/line.ts';

/** Ids as no site file allows them, to try the escaping. */
const POINTS = [
  { id: 'fridge-1.temp', key: 'temp', device: 'fridge-1', area: 'vaccine', quantity: 'temperature' },
  { id: 'odd.ph', key: 'p h,=', device: '设备 "1"', area: 'a=b, c\\d', quantity: 'ph' },
  { id: 'fridge-1.door', key: 'door', device: 'fridge-1', area: 'vaccine', quantity: 'door' },
];

export const influxSite = {
  ...{ id: 'hz second', timeZone: 'Asia/Shanghai', devices: [{ points: POINTS }] },
} as unknown as ForwardSite;

/** The tags that a reading of the point must carry. */
export const tagsOf = (point: string) => {
  const found = POINTS.find(({ id }) => id === point);
  return { area: found?.area, device: found?.device, point: found?.key, site: 'hz second' };
};

export const quantityOf = (point: string) => POINTS.find(({ id }) => id === point)?.quantity ?? '';

/** Numbers as instruments give them. */
export const PLAIN_VALUES = [0, 4, -18.25, 0.1, 99_999.5, 7.35, -0.3];

/** And what a double can hold besides. */
const VALUES = [...PLAIN_VALUES, 1e-7, 1.5e21, -0.30000000000000004, 123_456_789.125];

/** Readings of every quality and of many kinds of number, each at its own millisecond. */
export function influxReadings(count: number, from: number, values = VALUES): readonly Reading[] {
  return Array.from({ length: count }, (_, index): Reading => {
    const point = POINTS[index % POINTS.length]?.id ?? '';
    const at = from + index;
    const value = values[index % values.length] ?? 0;
    const kind = index % 5;
    if (kind === 1) return { point, at, value, quality: 'uncertain', reason: 'stale' };
    if (kind === 2) return { point, at, value: null, quality: 'bad', reason: 'comm-timeout' };
    if (kind === 3) return { point, at, value, quality: 'bad', reason: 'out-of-range' };
    return { point, at, value, quality: 'good', reason: null };
  });
}
