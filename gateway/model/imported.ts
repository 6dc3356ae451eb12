import type { Bucket } from './journal.ts';
import type { PointId } from './point.ts';
import type { EpochMs, Ms } from './time.ts';

/**
 * What another system stored before the gateway came: to be looked at, never judged, counted, forwarded or verified. It is
 * no record, and lies apart from the journal.
 */
export interface ImportedHistory {
  /**
   * Buckets of about `every` ms (whole hours where the span is long: `every` of the answer says), aligned to the epoch; those
   * without a value are left out. `from` inclusive, `to` exclusive.
   */
  buckets(
    point: PointId,
    from: EpochMs,
    to: EpochMs,
    every: Ms,
  ): { readonly every: Ms; readonly buckets: readonly Bucket[] };
}
