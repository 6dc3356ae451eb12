import type { DailySpan } from './rule.ts';
import type { EpochMs } from './time.ts';
import { wallTime } from './zone.ts';

/**
 * Whether the moment lies in one of the spans by the clock of the zone; `from` is inside, `to` is not. A span whose end
 * is not after its beginning ends on the next day, and belongs to the day on which it begins: Friday 22:00 to 06:00 is
 * over on Saturday morning. What counts is what the clock shows: a span inside of the hour that daylight saving leaves
 * out does not come that day, one inside of the hour that comes twice comes twice.
 */
export function inSpan(spans: readonly DailySpan[], at: EpochMs, timeZone: string): boolean {
  const { weekday, minute } = wallTime(at, timeZone);
  const dayBefore = weekday === 1 ? 7 : weekday - 1;
  return spans.some(({ days, from, to }) => {
    const on = (day: number) => days === undefined || days.includes(day);
    if (from < to) return on(weekday) && minute >= from && minute < to;
    return (on(weekday) && minute >= from) || (on(dayBefore) && minute < to);
  });
}
