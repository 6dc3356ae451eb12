import type { Alarm } from '#model/alarm';
import type { EpochMs, Ms } from '#model/time';

/** How long an alarm has lasted, or lasted. */
export const alarmLength = ({ since, clearedAt }: Alarm, now: EpochMs): Ms =>
  Math.max(0, (clearedAt ?? now) - since);
