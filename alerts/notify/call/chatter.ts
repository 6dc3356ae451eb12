import { type EpochMs, HOUR, MINUTE } from '#model/time';

/*
 * An alarm that comes and goes is one piece of news, not thirty. Pure; kept by point and rule.
 */

/** Three raises in a minute: a secondary source for the usual measure (hexagon.com). */
const IN_A_MINUTE = 3;
/** Ours: a defrost or a door that raises every ten minutes is the same news, only slower. */
const IN_AN_HOUR = 6;

/** When occurrences of one point and rule were raised, in the readings' own time: what is found late counts where it lay. */
export type Raises = readonly EpochMs[];

export const noteRaise = (raises: Raises, at: EpochMs): Raises => [...raises, at].slice(-IN_AN_HOUR);

/** Whether the latest of them came so soon after the others that it is a repeat. */
export function isChattering(raises: Raises, at: EpochMs): boolean {
  const within = (length: number) => raises.filter((raise) => raise > at - length && raise <= at).length;
  return within(MINUTE) >= IN_A_MINUTE || within(HOUR) >= IN_AN_HOUR;
}

/** Nothing of it matters any more. */
export const isPast = (raises: Raises, now: EpochMs): boolean => raises.every((raise) => raise <= now - HOUR);
