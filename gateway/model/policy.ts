import type { AlarmPolicy } from './alarm.ts';
import { HOUR } from './time.ts';

/*
 * How a site deals with alarms where its file does not say. Ours; ISA-18.2 only wants shelving bounded, and no standard
 * names the times.
 */
export const USUAL_POLICY: AlarmPolicy = {
  // Long enough to carry vaccine to another fridge, and short enough that a forgotten alarm comes back in the shift.
  acknowledgedFor: { critical: HOUR, warning: 4 * HOUR, notice: 24 * HOUR },
  // A critical alarm may be silenced for a repair, not for a shift.
  shelvedFor: { critical: 2 * HOUR, warning: 24 * HOUR, notice: 72 * HOUR },
  twoPersons: ['critical'],
};
