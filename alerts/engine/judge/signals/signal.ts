import type { Reading } from '#model/reading';
import type { EpochMs, Ms } from '#model/time';
import type { Sample } from '../sample.ts';

/*
 * A signal turns the readings of a point into a number of its own, which a lane then compares with a limit. It is a
 * pure value: all that it remembers is its state, plain data that is stored with the point and goes on after a crash.
 *
 * Readings come in order of time, bad ones among them: each signal says itself what it makes of those. A sample of
 * quality `uncertain` may raise and never clears.
 */

export interface Step<State> {
  readonly state: State;
  /** Null: nothing is judged by this reading. */
  readonly sample: Sample | null;
}

export interface Signal<State> {
  /** A state is gone on with by a signal of the same shape only: the rule may have been changed in between. */
  readonly shape: string;
  readonly initial: State;
  /** How far back readings decide about what it says now. */
  readonly memory: Ms;
  /** How often it says something, where that is not with each reading. */
  readonly period?: Ms;
  step(state: State, reading: Reading): Step<State>;
  /** The same state after the clock that stamps the readings was set. */
  shifted(state: State, by: Ms): State;
  /** What the passing of time alone shows. */
  tick?(state: State, now: EpochMs): Step<State>;
}

/** A value that may be counted. */
export interface Valued {
  readonly at: EpochMs;
  readonly value: number;
}

/** The reading as a value, where it is good. */
export const goodValue = ({ at, value, quality }: Reading): Valued | null =>
  quality === 'good' && value !== null ? { at, value } : null;

export const moved = <T extends { readonly at: EpochMs }>(value: T, by: Ms): T => ({
  ...value,
  at: value.at + by,
});
