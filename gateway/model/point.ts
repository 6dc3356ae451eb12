/** `<device>.<key>`, for example `fridge-2.upper-temp`. */
export type PointId = string;
export type DeviceId = string;
export type AreaId = string;

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Ids of sites, areas, devices, people and the keys of points: lower-case kebab, at most 48 characters. */
export const isId = (text: string): boolean => text.length <= 48 && KEBAB.test(text);

export const pointId = (device: DeviceId, key: string): PointId => `${device}.${key}`;

export function splitPointId(point: PointId): { device: DeviceId; key: string } | undefined {
  const dot = point.indexOf('.');
  return dot < 1 ? undefined : { device: point.slice(0, dot), key: point.slice(dot + 1) };
}
