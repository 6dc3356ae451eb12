import type { DailySpan } from './rule.ts';
import type { EpochMs, Ms } from './time.ts';

/** One shift of each day of a rota, in the site's time zone. */
export interface Shift extends DailySpan {
  /** Lower-case kebab: `day`, `night`. */
  readonly id: string;
  readonly name: string;
  /** Who stands it, week by week, beginning with the rota's first week; each entry may name several. */
  readonly weeks: readonly (readonly string[])[];
}

/** Somebody stands in for somebody else. */
export interface Substitute {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly person: string;
  readonly by: string;
}

/** Who is on call when. Its id stands wherever a person's may: in routes and escalation. */
export interface Rota {
  readonly id: string;
  readonly name: string;
  /** A Monday, `2026-01-05`: the first week of every shift's `weeks`. */
  readonly begins: string;
  readonly shifts: readonly Shift[];
  /** The outgoing shift is told, too, for so long after a handover; 0: not. */
  readonly overlap: Ms;
  readonly substitutes: readonly Substitute[];
  /** Days, `2026-10-01`, on which `people` are on call instead. */
  readonly holidays: readonly { readonly day: string; readonly people: readonly string[] }[];
}

/** Somebody's turn. */
export interface Duty {
  readonly rota: string;
  /** The shift's id, or `holiday`. */
  readonly shift: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly people: readonly string[];
}

/** Who is on call; every rota with a gap in it says so by an empty `people`. */
export interface OnCall {
  at(at: EpochMs): readonly Duty[];
}
