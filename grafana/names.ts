import type { SitePoint } from '#model/site';

/** The name of a point's series, before it gets its name for people: `fridge-1.temp`, `fridge-1.temp max`. */
export const SERIES = '$tag_device.$tag_point';
export const COLUMN_SERIES = '$tag_device.$tag_point $col';

export const seriesOf = ({ device, key }: SitePoint): string => `${device}.${key}`;
export const columnSeriesOf = (point: SitePoint, column: string): string => `${seriesOf(point)} ${column}`;
