import { DAY, type EpochMs, MINUTE } from '#model/time';

/**
 * When the clock on the wall shows so many minutes after the midnight that begins the date. A later time never comes
 * sooner: a time that daylight saving leaves out is the moment of the change, one that comes twice is its first.
 */
export function whenShown(date: Temporal.PlainDate, minutes: number, timeZone: string): EpochMs {
  const days = Math.floor((minutes * MINUTE) / DAY);
  const minute = minutes - days * (DAY / MINUTE);
  const shown = date.add({ days }).toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
  const earlier = shown.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  // Where the time is left out, the earlier reading of it shows something else.
  if (earlier.toPlainDateTime().equals(shown)) return earlier.epochMilliseconds;
  return earlier.getTimeZoneTransition('next')?.epochMilliseconds ?? earlier.epochMilliseconds;
}

export const dateAt = (at: EpochMs, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate();
