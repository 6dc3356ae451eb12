import { escape as escaped } from '@influxdata/influxdb-client';
import type { PointId } from '#model/point';
import { qualityCode } from '#model/quality';
import type { Reading } from '#model/reading';
import type { SeriesRow } from '#model/series';
import type { Site } from '#model/site';

/** What the encoder must know of a site. */
export type ForwardSite = Pick<Site, 'id' | 'name' | 'timeZone' | 'areas' | 'devices'>;

/** Undefined for a point that the site does not have (any more): its quantity and area are not known. */
export type LineEncoder = (reading: Reading) => string | undefined;

/** Lines tell the time in nanoseconds: a reading is a whole millisecond, a row has its order behind it. */
export const PRECISION = 'ns';

/**
 * Readings as line protocol: measurement = quantity, tags in the order of their names (the server need not sort),
 * `value` always a float and `q` always an integer, as InfluxDB 1.x fixes a field's type at its first write. A reading
 * without a value writes `q` alone. Point and time identify the row: writing it twice changes nothing.
 *
 * Everything up to the fields is the same for all readings of a point and is made once. The library's Point makes it
 * anew each time and is 5 times slower; its escaping is used.
 */
export function lineEncoder(site: ForwardSite): LineEncoder {
  const heads = new Map(headsOf(site));
  return ({ point, at, value, quality }) => {
    const head = heads.get(point);
    if (head === undefined) return undefined;
    const q = qualityCode[quality];
    return value === null ? `${head} q=${q}i ${at}000000` : `${head} value=${value},q=${q}i ${at}000000`;
  };
}

const headsOf = (site: ForwardSite): [PointId, string][] =>
  site.devices.flatMap(({ points }) =>
    points.map(({ id, key, quantity, area, device }): [PointId, string] => [
      id,
      headOf(quantity, { area, device, point: key, site: site.id }),
    ]),
  );

/** A row beside the readings: every number a float and every text a string, for ever. */
export function rowLine({ measurement, at, order, tags, fields }: SeriesRow): string {
  const told = Object.entries(fields).map(
    ([name, value]) => `${escaped.tag(name)}=${typeof value === 'number' ? value : escaped.quoted(value)}`,
  );
  return `${headOf(measurement, tags)} ${told.join(',')} ${at}${String(order).padStart(6, '0')}`;
}

/** A tag without a text is none. */
const headOf = (measurement: string, tags: SeriesRow['tags']): string =>
  escaped.measurement(measurement) +
  Object.entries(tags)
    .filter(([, text]) => text !== '')
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => `,${escaped.tag(name)}=${escaped.tag(text)}`)
    .join('');
