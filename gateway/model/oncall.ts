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
  /** Days, `2026-10-01`: `people` stand every shift that begins on them. */
  readonly holidays: readonly { readonly day: string; readonly people: readonly string[] }[];
}

/** Somebody's turn. */
export interface Duty {
  readonly rota: string;
  /** The shift's id; `gap` where the rota has none at that time. */
  readonly shift: string;
  readonly from: EpochMs;
  /** The handover; not included. */
  readonly to: EpochMs;
  readonly people: readonly string[];
}

/**
 * Who is on call. One duty a rota, and for the overlap after a handover one more, of those who go. A rota with a gap
 * says so by an empty `people`.
 */
export interface OnCall {
  at(at: EpochMs): readonly Duty[];
}
