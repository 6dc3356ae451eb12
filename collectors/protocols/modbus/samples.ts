import type { Reason } from '#model/quality';
import { badSample, goodSample, type Sample } from '#model/reading';
import type { SitePoint } from '#model/site';
import type { EpochMs } from '#model/time';
import type { Decode } from './codec.ts';
import { type Addressed, type ModbusRequest, placeOf } from './plan.ts';

/** A point ready to be read. */
export interface Readable extends Addressed {
  readonly decode: Decode;
  readonly range: SitePoint['range'];
}

/** The points of an answered request, each with its value or with what is wrong with it. */
export function samplesOf(request: ModbusRequest<Readable>, bytes: Buffer, at: EpochMs): readonly Sample[] {
  return request.points.map((point) => {
    const { key, range } = point;
    const value = point.decode(bytes, placeOf(point, request));
    if (typeof value === 'string') return badSample(key, at, value);
    if (value >= range[0] && value <= range[1]) return goodSample(key, at, value);
    return { key, at, value, quality: 'bad', reason: 'out-of-range' };
  });
}

/** The points of a request that brought nothing. */
export const missing = (request: ModbusRequest, reason: Reason, at: EpochMs): readonly Sample[] =>
  request.points.map(({ key }) => badSample(key, at, reason));
