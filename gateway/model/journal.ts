import type { GapCause } from './outage.ts';
import type { PointId } from './point.ts';
import type { Reading } from './reading.ts';
import type { EpochMs, Ms } from './time.ts';

/** Something that happened to the gateway or was done by a person: kept for ever beside the readings. */
export interface JournalEvent {
  /** Kebab noun-verb: `gateway-started`, `alarm-acknowledged`, `payload-refused`. */
  readonly type: string;
  readonly at: EpochMs;
  /** The person or MQTT client; null when the gateway itself. */
  readonly by: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** With its row in the journal. */
export type NumberedEvent = JournalEvent & { readonly seq: number };

/** One row of the journal, in the order in which rows became durable. */
export type Entry =
  | {
      readonly kind: 'readings';
      readonly seq: number;
      readonly arrived: EpochMs;
      readonly readings: readonly Reading[];
    }
  | { readonly kind: 'event'; readonly seq: number; readonly arrived: EpochMs; readonly event: JournalEvent };

export interface Appended {
  /** The row in which they lie. When every reading was a repeat: the journal's head, as nothing was written. */
  readonly seq: number;
  /** Readings dropped because (point, at) was stored already. */
  readonly repeated: number;
}

/** An hour, a day or another equal span of one point. Only good and uncertain values count for min, mean, max. */
export interface Bucket {
  readonly from: EpochMs;
  /** Readings of any quality. */
  readonly count: number;
  readonly bad: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

/** A span in which a point should have been read and was not. */
export interface Gap {
  readonly point: PointId;
  /** When the first missing sample was due. */
  readonly from: EpochMs;
  /** A period after the last one was due, or when the next reading came. */
  readonly to: EpochMs;
  /** Samples that should have come; 0 while the point was not configured, as nothing was due. */
  readonly missing: number;
  readonly cause: GapCause;
}

/** What was due of a point in one hour, and what came of it: expected = stored + missing, whatever the cause. */
export interface LedgerHour {
  readonly from: EpochMs;
  readonly expected: number;
  /** Samples that were due and are readings, good or bad. */
  readonly stored: number;
  /** Of the stored. */
  readonly bad: number;
  /** Readings beyond those that were due: changes that a server told between two of them. */
  readonly extra: number;
  readonly missing: Readonly<Partial<Record<GapCause, number>>>;
}

/** The account of a point over a span. */
export interface PointLedger {
  /** Hours in which anything was due or came, in order. */
  readonly hours: readonly LedgerHour[];
  readonly gaps: readonly Gap[];
  /** Hours (their starts) whose expected count does not fit the period: there must be none. */
  readonly unbalanced: readonly EpochMs[];
}

/** Events of these types, or of all others. */
export type EventTypes = { readonly only: readonly string[] } | { readonly but: readonly string[] };

/** What the journal holds, asked by point. */
export interface History {
  /** In order of time, at most `limit`, oldest first; `from` inclusive, `to` exclusive. */
  readings(point: PointId, from: EpochMs, to: EpochMs, limit: number): Promise<readonly Reading[]>;
  /** Buckets of `every` ms, aligned to the epoch; those without a reading are left out. */
  buckets(point: PointId, from: EpochMs, to: EpochMs, every: Ms): Promise<readonly Bucket[]>;
  /** The newest reading (by `at`) of each point that has any. */
  latest(): Promise<readonly Reading[]>;
  /**
   * `every` counts only for a point of which the journal never heard how often it is read. `to` is cut to now. Whole
   * hours balance; give `from` and `to` as such.
   */
  ledger(point: PointId, from: EpochMs, to: EpochMs, every: Ms): Promise<PointLedger>;
  /** Those of the ledger, in order of time. */
  gaps(point: PointId, from: EpochMs, to: EpochMs, every: Ms): Promise<readonly Gap[]>;
  /** The newest event of one of the types, by its row. */
  lastEvent(types: readonly string[]): Promise<JournalEvent | null>;
  /** In order of time, at most `limit`, oldest first; `from` inclusive, `to` exclusive. Of all types when not said. */
  events(from: EpochMs, to: EpochMs, limit: number, types?: EventTypes): Promise<readonly NumberedEvent[]>;
}

/** The gateway's memory. */
export interface Journal {
  /** Resolves when the readings are on disk, rejects when they are not (then none of them is). */
  append(readings: readonly Reading[]): Promise<Appended>;
  record(event: JournalEvent): Promise<number>;
  /** The newest durable row's seq; 0 when empty. */
  head(): number;
  /**
   * Every row after `seq`, in order, for ever: first from disk, then as they become durable. A slow reader holds
   * nobody up and misses nothing. Ends when the signal is aborted.
   */
  follow(seq: number, signal: AbortSignal): AsyncIterable<Entry>;
  readonly history: History;
}
