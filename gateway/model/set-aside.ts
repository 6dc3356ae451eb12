import type { JournalEvent } from './journal.ts';
import { isReason } from './quality.ts';
import type { Reading } from './reading.ts';
import type { EpochMs } from './time.ts';

/*
 * Readings that were measured and cannot stand in the history under their own time. They are not given another (no
 * reading is renamed) and not dropped: they lie in the journal as an event, durable before they are acknowledged.
 */

/** Why a reading is set aside; also the label of its counter. */
export type SetAsideWhy =
  /** Its point has another value at that time already: the first stands. A clock went back, or two devices are one. */
  | 'conflict'
  /** Measured by a clock that was never set, or longer ago than any memory reaches. */
  | 'time-past'
  /** Measured by a clock that is far ahead. */
  | 'time-future';

export interface SetAside {
  readonly why: SetAsideWhy;
  readonly readings: readonly Reading[];
}

const TYPE = 'readings-set-aside';
/** One event is some 80 KB at most. */
const PER_EVENT = 1_000;

export function setAsideEvents({ why, readings }: SetAside, at: EpochMs, by: string | null): JournalEvent[] {
  const events: JournalEvent[] = [];
  for (let from = 0; from < readings.length; from += PER_EVENT) {
    events.push({ type: TYPE, at, by, data: { why, readings: readings.slice(from, from + PER_EVENT) } });
  }
  return events;
}

/** Undefined when the event is another; readings that are not of this form are left out. */
export function setAsideOf({ type, data }: JournalEvent): SetAside | undefined {
  const { why, readings } = data;
  if (type !== TYPE || !isWhy(why) || !Array.isArray(readings)) return undefined;
  return { why, readings: readings.filter(isReading) };
}

const isWhy = (text: unknown): text is SetAsideWhy =>
  text === 'conflict' || text === 'time-past' || text === 'time-future';

function isReading(entry: unknown): entry is Reading {
  if (typeof entry !== 'object' || entry === null) return false;
  const { point, at, value, quality, reason } = entry as Record<string, unknown>;
  const measured = value === null ? quality === 'bad' : Number.isFinite(value);
  const reasoned = quality === 'good' ? reason === null : isReason(reason);
  return typeof point === 'string' && Number.isSafeInteger(at) && measured && reasoned;
}
