import type { Reading } from '#model/reading';
import type { EpochMs } from '#model/time';
import type { PointState } from '../changes.ts';
import type { LateSpan } from '../judge/late.ts';

/** As it was stored before there were signals. */
type PlainState = Omit<PointState, 'signals'>;

/** As it was stored before steps of the clock were followed: late readings themselves and not their span, and no way to the gateway. */
type EarlierState = Omit<PlainState, 'late' | 'lag' | 'shift'> & { readonly late: EarlierLate | null };

interface EarlierLate {
  readonly readings: readonly Reading[];
  readonly arrived: EpochMs;
  /** Null when all of them were judged. */
  readonly unjudgedSince: EpochMs | null;
}

/** The state of a point from its stored text, also one that an earlier version left. */
export function parseState(text: string): PointState {
  const stored = JSON.parse(text) as PointState | PlainState | EarlierState;
  if ('signals' in stored) return stored;
  if ('lag' in stored) return { ...stored, signals: {} };
  return { ...stored, signals: {}, late: stored.late && spanOf(stored.late), lag: 0, shift: null };
}

/** The readings lie in the journal: their span is enough to judge them there. */
function spanOf({ readings, arrived, unjudgedSince }: EarlierLate): LateSpan | null {
  if (unjudgedSince === null || readings.length === 0) return null;
  const times = readings.map(({ at }) => at);
  const [from, to] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  return { from, to, count: readings.length, arrived, waitsSince: unjudgedSince, aside: [] };
}
