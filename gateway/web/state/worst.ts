import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import { isHigh } from '#model/standard';

/**
 * The worst value of each open alarm by its id, after some readings. The gateway tells of an alarm when it changes
 * state; between two such news the page sees for itself how far the value goes.
 */
export function withWorst(
  worst: ReadonlyMap<string, number>,
  alarms: ReadonlyMap<string, Alarm>,
  readings: ReadonlyMap<string, Reading>,
): ReadonlyMap<string, number> {
  const next = new Map<string, number>();
  for (const alarm of alarms.values()) {
    const value = worstOf(alarm, worst.get(alarm.id) ?? null, readings.get(alarm.point));
    if (value !== null) next.set(alarm.id, value);
  }
  return next;
}

function worstOf(alarm: Alarm, seen: number | null, reading: Reading | undefined): number | null {
  const { rule, clearedAt, since } = alarm;
  if (rule.kind !== 'limit') return null;
  const told = [alarm.worst, seen];
  if (clearedAt === null && reading !== undefined && reading.quality !== 'bad' && reading.at >= since)
    told.push(reading.value);
  const values = told.filter((value) => value !== null);
  if (values.length === 0) return null;
  return isHigh(rule.id) ? Math.max(...values) : Math.min(...values);
}
