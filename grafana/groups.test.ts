import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SitePoint } from '#model/site';
import { groupsOf, selectionsOf } from './groups.ts';

const point = (device: string, key: string, high?: number): SitePoint =>
  ({
    ...{ id: `${device}.${key}`, device, key, quantity: 'temperature', every: 30_000 },
    rules: high === undefined ? [] : [{ kind: 'limit', id: 'high', limit: high, severity: 'warning' }],
  }) as unknown as SitePoint;

const points = fc
  .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.constantFrom('t1', 't2', 't3')), {
    selector: ([device, key]) => `${device}.${key}`,
  })
  .map((pairs) => pairs.map(([device, key]) => point(device, key)));

test('selections are exactly the points: none is left out, none is asked twice, none comes in from beside', () => {
  fc.assert(
    fc.property(points, (some) => {
      const selected = selectionsOf(some).flatMap(({ devices, keys }) =>
        devices.flatMap((device) => keys.map((key) => `${device}.${key}`)),
      );
      expect(selected.sort()).toEqual(some.map(({ id }) => id).sort());
    }),
  );
});

test('points with other limits, and the thirteenth with the same, are in another group', () => {
  const many = Array.from({ length: 13 }, (_, index) => point(`f-${index}`, 't', 8));
  const groups = groupsOf([point('x', 't', 5), ...many, point('y', 't')]);
  expect(groups.map((group) => group.points.length)).toEqual([1, 12, 1, 1]);
});

test('a point that is read more seldom is in another group: its wide buckets would hide gaps of the others', () => {
  const seldom = { ...point('s', 't', 8), every: 600_000 };
  const groups = groupsOf([point('f-1', 't', 8), seldom, point('f-2', 't', 8)]);
  expect(groups.map(({ every, points }) => [every, points.length])).toEqual([
    [30_000, 2],
    [600_000, 1],
  ]);
});
