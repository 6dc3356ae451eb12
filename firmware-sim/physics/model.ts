import type { PhysicsFault } from '../faults/fault.ts';
import { normal, type Random } from './random.ts';

/** What surrounds a model for one step. */
export interface Conditions {
  /** Seconds since the step before. */
  readonly dt: number;
  /** Hour of the simulated day, 0 to 24. */
  readonly hour: number;
  /** Mains are there. */
  readonly powered: boolean;
  readonly faults: ReadonlySet<PhysicsFault>;
}

/** Values by point key or, for every other point, by quantity; in the quantity's unit. */
export type Outputs = Readonly<Record<string, number>>;

/** The physics of one kind of device: pure but for the generator that it is handed. */
export interface Model<State> {
  readonly name: string;
  /** Faults that change its course. */
  readonly faults: readonly PhysicsFault[];
  initial(random: Random): State;
  step(state: State, conditions: Conditions, random: Random): State;
  outputs(state: State): Outputs;
}

/** A model on its way, whatever its state looks like. */
export interface Process {
  readonly faults: readonly PhysicsFault[];
  /** Its values are shown as they are, without an instrument's noise. */
  readonly exact: boolean;
  step(conditions: Conditions): void;
  outputs(): Outputs;
}

export function animate<State>(model: Model<State>, random: Random): Process {
  let state = model.initial(random);
  return {
    faults: model.faults,
    exact: false,
    step(conditions) {
      state = model.step(state, conditions, random);
    },
    outputs: () => model.outputs(state),
  };
}

/** First-order approach to `target` with time constant `tau` (s): exact, so it never overshoots at any `dt`. */
export const relax = (value: number, target: number, dt: number, tau: number): number =>
  target + (value - target) * Math.exp(-dt / tau);

export interface Wander {
  readonly mean: number;
  /** Seconds after which the value has forgotten where it was. */
  readonly tau: number;
  /** Standard deviation in the long run. */
  readonly sigma: number;
}

/** One step of an Ornstein-Uhlenbeck process: wanders about its mean and comes back. */
export function wander(value: number, { mean, tau, sigma }: Wander, dt: number, random: Random): number {
  const kept = Math.exp(-dt / tau);
  return mean + (value - mean) * kept + sigma * Math.sqrt(1 - kept * kept) * normal(random);
}

/** A hump of the day: 1 at `peak` o'clock, 0 more than `width` hours from it, across midnight too. */
export function hump(hour: number, peak: number, width: number): number {
  const apart = Math.abs(((hour - peak + 36) % 24) - 12);
  return apart >= width ? 0 : (1 + Math.cos((Math.PI * apart) / width)) / 2;
}

/** 1 between `from` and `to` o'clock, else 0. */
export const duringHours = (hour: number, from: number, to: number): number =>
  hour >= from && hour < to ? 1 : 0;
