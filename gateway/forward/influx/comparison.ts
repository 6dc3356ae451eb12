import type { PointId } from '#model/point';
import { type EpochMs, HOUR } from '#model/time';
import type { HourTally, Tally } from './tally.ts';

/** One hour of one point that is not the same on both sides. */
export interface Difference {
  readonly point: PointId;
  readonly hour: EpochMs;
  readonly journal: number;
  readonly influx: number;
}

export interface Comparison {
  /** Hours of points that either side knows. */
  readonly hours: number;
  /** By hour, then by point. Where both counts are equal, values or times differ. */
  readonly differences: readonly Difference[];
  /** Hours of which some readings have not come to InfluxDB yet, and none that should have is missing. */
  readonly underWay: number;
}

export interface Sides {
  readonly journal: Tally;
  /** Of the journal: what the forwarder has not settled yet. It may be in InfluxDB or not. */
  readonly ahead: Tally;
  readonly influx: Tally;
}

const NONE: HourTally = { count: 0, low: 0, high: 0 };

export function compare({ journal, ahead, influx }: Sides): Comparison {
  const differences: Difference[] = [];
  let [hours, underWay] = [0, 0];
  for (const point of new Set([...journal.hours.keys(), ...influx.hours.keys()])) {
    const [ours, theirs] = [journal.hours.get(point), influx.hours.get(point)];
    for (const hour of new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])])) {
      const [here, there] = [ours?.get(hour) ?? NONE, theirs?.get(hour) ?? NONE];
      const certain = here.count - (ahead.hours.get(point)?.get(hour)?.count ?? 0);
      hours += 1;
      if (isSame(here, there)) continue;
      if (there.count >= certain && there.count < here.count) underWay += 1;
      else differences.push({ point, hour: hour * HOUR, journal: here.count, influx: there.count });
    }
  }
  differences.sort((a, b) => a.hour - b.hour || (a.point < b.point ? -1 : 1));
  return { hours, differences, underWay };
}

const isSame = (a: HourTally, b: HourTally): boolean =>
  a.count === b.count && a.low === b.low && a.high === b.high;
