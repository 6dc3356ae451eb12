import type { JournalEvent } from '#model/journal';
import type { EpochMs } from '#model/time';
import { isSeal } from './claims.ts';

/** What was learned of one segment. */
export interface SegmentFacts {
  readonly no: number;
  /** The seq of its first row, as its meta table says. */
  readonly first: number;
  readonly previousHash: string;
  /** The newest row, and when it arrived; `first - 1` and null when there is none. */
  readonly last: number;
  readonly lastHash: string;
  readonly lastArrived: EpochMs | null;
  readonly rows: number;
  readonly readings: number;
  /** SHA-256 of the file, hex; null for the segment that is written to. */
  readonly sha256: string | null;
}

/** Events that speak of the journal itself. */
export const INTEGRITY_EVENTS: ReadonlySet<string> = new Set([
  'segment-sealed',
  'segment-expired',
  'root-signed',
  'signing-key-made',
]);

const SEALS: ReadonlySet<string> = new Set(['segment-sealed', 'segment-expired']);

/** Whether the gateway could have written it. */
export const isSound = ({ type, data }: JournalEvent): boolean => !SEALS.has(type) || isSeal(data);

/** What the walk through a segment meets. */
export interface RowVisitor {
  /** Every row, in order, as it lies. `hash` is hex only where it is asked for. */
  row(seq: number, hash: Uint8Array): void;
  /** An event of the kinds above, in the form that it must have. */
  event(event: JournalEvent, arrived: EpochMs): void;
}
