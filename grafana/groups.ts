import type { DeviceId } from '#model/point';
import type { Quantity } from '#model/quantity';
import type { SitePoint } from '#model/site';
import type { Ms } from '#model/time';
import { limitRules } from './limits.ts';

/**
 * Points of one quantity with the same limits, read equally often: what a panel can show with one set of thresholds and
 * buckets of one width. Beside a point of every ten minutes the gaps of one of every half minute would be hidden.
 */
export interface Group {
  readonly quantity: Quantity;
  readonly every: Ms;
  readonly points: readonly [SitePoint, ...SitePoint[]];
}

/** More lines than these nobody tells apart; the rest is in the next panel. */
const MOST_POINTS = 12;

export function groupsOf(points: readonly SitePoint[]): readonly Group[] {
  const groups = Map.groupBy(points, ({ quantity, every, rules }) =>
    JSON.stringify([quantity, every, drawn(rules)]),
  );
  return [...groups.values()].flatMap(inPanels);
}

const drawn = (rules: SitePoint['rules']) =>
  limitRules(rules).map(({ id, limit, inclusive, severity }) => [id, limit, inclusive, severity]);

function inPanels(points: readonly SitePoint[]): Group[] {
  const [first, ...rest] = points.slice(0, MOST_POINTS);
  if (first === undefined) return [];
  const { quantity, every } = first;
  return [{ quantity, every, points: [first, ...rest] }, ...inPanels(points.slice(MOST_POINTS))];
}

/** Devices that have exactly these keys among the points. */
export interface Selection {
  readonly devices: readonly DeviceId[];
  readonly keys: readonly string[];
}

/** The points by tags of device and point: each selection is all of its devices times all of its keys, and no more. */
export function selectionsOf(points: readonly SitePoint[]): readonly Selection[] {
  const devices = Map.groupBy(points, ({ device }) => device);
  const byKeys = Map.groupBy(devices, ([, own]) =>
    own
      .map(({ key }) => key)
      .sort()
      .join(' '),
  );
  return [...byKeys].map(([keys, own]) => ({ devices: own.map(([id]) => id), keys: keys.split(' ') }));
}
