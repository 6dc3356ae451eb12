import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from './time.ts';

/*
 * What the clock on the wall of a place shows. Offsets come from the time-zone database, so that daylight saving and
 * what a government changes are known; shifts, schedules, hourly and daily means all read them here.
 */

/** Since 1973 no zone changes its offset but at a whole quarter of an hour of UTC, so one look-up lasts for one. */
const QUARTER: Ms = 15 * MINUTE;

const latest = new Map<string, { readonly quarter: number; readonly offset: Ms }>();

/** How far the zone's clock is ahead of UTC at that moment. Throws a RangeError for a zone that does not exist. */
export function offsetAt(at: EpochMs, timeZone: string): Ms {
  const quarter = Math.floor(at / QUARTER);
  const known = latest.get(timeZone);
  if (known?.quarter === quarter) return known.offset;
  const offset = zoned(at, timeZone).offsetNanoseconds / 1_000_000;
  latest.set(timeZone, { quarter, offset });
  return offset;
}

/** What a clock on the wall shows. */
export interface WallTime {
  /** 1 Monday … 7 Sunday (ISO 8601). */
  readonly weekday: number;
  /** Since midnight by that clock, 0 to 1439. */
  readonly minute: number;
}

export function wallTime(at: EpochMs, timeZone: string): WallTime {
  const local = at + offsetAt(at, timeZone);
  const day = Math.floor(local / DAY);
  // 1970-01-01 was a Thursday. Both remainders are of numbers that may be negative.
  return { weekday: ((((day + 3) % 7) + 7) % 7) + 1, minute: Math.floor((local - day * DAY) / MINUTE) };
}

/** A stretch of time, the end not included. */
export interface Stretch {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The day by the zone's clock: 23 or 25 hours long where the clock is put forward or back. */
export function dayOf(at: EpochMs, timeZone: string): Stretch {
  const day = zoned(at, timeZone).startOfDay();
  return { from: day.epochMilliseconds, to: day.add({ days: 1 }).startOfDay().epochMilliseconds };
}

/** The hour by the zone's clock; the hour that comes twice is two of them, and a change of half an hour ends one early. */
export function hourOf(at: EpochMs, timeZone: string): Stretch {
  const offset = offsetAt(at, timeZone);
  const from = Math.floor((at + offset) / HOUR) * HOUR - offset;
  const to = from + HOUR;
  return { from: changeWithin(from, at, timeZone) ?? from, to: changeWithin(at, to - 1, timeZone) ?? to };
}

/** When the offset changes after `from` and until `to`, both included. */
function changeWithin(from: EpochMs, to: EpochMs, timeZone: string): EpochMs | undefined {
  if (offsetAt(from, timeZone) === offsetAt(to, timeZone)) return undefined;
  return zoned(from, timeZone).getTimeZoneTransition('next')?.epochMilliseconds;
}

const zoned = (at: EpochMs, timeZone: string) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
