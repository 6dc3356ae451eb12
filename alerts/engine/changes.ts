import type { Alarm, AlarmEvent } from '#model/alarm';
import type { Announced } from '#model/announcer';
import type { PointId } from '#model/point';
import type { EpochMs, Ms } from '#model/time';
import type { ServiceState } from './book/services.ts';
import type { Shelf } from './book/shelves.ts';
import type { ClockShift } from './judge/clock-shift.ts';
import type { StoredSignal } from './judge/feed.ts';
import type { LaneState } from './judge/lane.ts';
import type { LateSpan } from './judge/late.ts';

/*
 * What the engine writes in one transaction, and what it finds again at a start. All of it is plain data: it crosses
 * to the store's thread.
 */

/** Where the evaluation stands. */
export interface Position {
  /** The last journal row that was evaluated. */
  readonly cursor: number;
  readonly now: EpochMs;
  /** How long the gateway watched, all its runs together: the measure of silence. */
  readonly watched: Ms;
  /** Numbers given so far. */
  readonly alarms: number;
  readonly events: number;
  /** Of point and rule. */
  readonly shelves: Readonly<Record<string, Shelf>>;
  readonly services: ServiceState;
}

export const BEGINNING: Position = {
  ...{ cursor: 0, now: 0, watched: 0, alarms: 0, events: 0, shelves: {} },
  services: { out: [], waived: {} },
};

/** Nothing was ever stored, or what was is lost. */
export const isBeginning = ({ position }: Stored): boolean => position.cursor === BEGINNING.cursor;

/** What is known of a point between two readings. */
export interface PointState {
  /** The newest `at` judged. */
  readonly newest: EpochMs;
  /** Arrival of the last good reading; before any, when the watch began. */
  readonly goodAt: EpochMs;
  /** `watched` at that moment. */
  readonly goodWatched: Ms;
  /** By rule; those that are normal are left out. */
  readonly lanes: Readonly<Record<string, LaneState>>;
  /** By rule, of those that compare a number of their own. */
  readonly signals: Readonly<Record<string, StoredSignal>>;
  readonly late: LateSpan | null;
  /** From stamp to arrival of the last reading that was not late. */
  readonly lag: Ms;
  readonly shift: ClockShift | null;
}

export interface StoredAlarm {
  readonly alarm: Alarm;
  /** Ids of people who heard that it was raised, as an earlier version kept them. */
  readonly told: readonly string[];
}

export interface StoredEvent {
  readonly id: number;
  readonly event: AlarmEvent;
}

/** Everything since the last transaction. */
export interface Changes {
  readonly position: Position;
  readonly points: readonly (readonly [PointId, PointState])[];
  readonly alarms: readonly Alarm[];
  readonly events: readonly StoredEvent[];
  readonly announced: Announced;
}

/** What a start finds. */
export interface Stored {
  readonly position: Position;
  readonly points: readonly (readonly [PointId, PointState])[];
  /** Those that are not over. */
  readonly alarms: readonly StoredAlarm[];
  /** Of the announcer. */
  readonly kept: readonly (readonly [key: string, kept: unknown])[];
}
