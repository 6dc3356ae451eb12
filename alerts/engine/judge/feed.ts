import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from './sample.ts';
import type { Signal } from './signals/signal.ts';
import { type SignalPlace, signalOf } from './signals/signal-of.ts';
import type { JudgedRule } from './threshold.ts';

/** What is stored of a signal. */
export interface StoredSignal {
  readonly shape: string;
  readonly seen: EpochMs;
  readonly state: unknown;
}

/** A signal on its way to its lane. Changed in place. */
export interface Feed {
  /** Of the lane. */
  readonly lane: number;
  readonly signal: Signal<unknown>;
  /** The point that it listens to beside its own. */
  readonly other: PointId | null;
  state: unknown;
  /** The newest reading of its own point that it took. */
  seen: EpochMs;
}

/** The signal of the lane's rule; null when the lane compares the readings themselves. */
export function openFeed(
  rule: JudgedRule,
  lane: number,
  place: SignalPlace,
  stored: StoredSignal | undefined,
): Feed | null {
  if (rule.kind === 'limit') return null;
  const signal = signalOf(rule, place);
  const fits = stored?.shape === signal.shape;
  return {
    ...{ lane, signal },
    other: rule.kind === 'difference' ? rule.other : null,
    state: fits ? stored.state : signal.initial,
    seen: fits ? stored.seen : 0,
  };
}

/** As it is before any reading: for a trip through the history. */
export const blank = (feed: Feed): Feed => ({ ...feed, state: feed.signal.initial, seen: 0 });

/**
 * What the reading makes of it. Two readings that changed places within a period are told apart by nobody: the older
 * one is passed over. A longer way back is a clock that was put right: it begins anew.
 */
export function feed(to: Feed, reading: Reading, every: Ms): Sample | null {
  if (reading.point !== to.other) {
    const { at } = reading;
    if (at <= to.seen && to.seen - at <= every) return null;
    if (at < to.seen) to.state = to.signal.initial;
    to.seen = at;
  }
  const { state, sample } = to.signal.step(to.state, reading);
  to.state = state;
  return sample;
}

/** What the time alone makes of it. */
export function tickFeed(to: Feed, now: EpochMs): Sample | null {
  const ticked = to.signal.tick?.(to.state, now);
  if (ticked === undefined) return null;
  to.state = ticked.state;
  return ticked.sample;
}

export function shiftFeed(to: Feed, by: Ms): void {
  to.state = to.signal.shifted(to.state, by);
  to.seen += by;
}

export const storedFeed = ({ signal, seen, state }: Feed): StoredSignal => ({
  shape: signal.shape,
  seen,
  state,
});
