import { duringHours, type Model, relax } from './model.ts';
import { SENSITIVITY } from './radiation.ts';
import { between, poisson } from './random.ts';

export interface DecayTankState {
  /** m */
  readonly level: number;
  /** Dose rate at the wall by what is inside, µSv/h. */
  readonly inside: number;
  readonly shown: number;
  readonly draining: boolean;
}

/** Mean life of I-131, s: its half-life is 8.02 d. */
const MEAN_LIFE = (8.02 * 86_400) / Math.LN2;
const FULL = 2.2;
const EMPTY = 0.2;

/** A tank in which the wards' water waits for its iodine to decay; another takes over when it is full. */
export const decayTank: Model<DecayTankState> = {
  name: 'decay-tank',
  faults: ['power-cut', 'source-passage'],
  initial: (random) => ({ level: between(random, 0.9, 1.4), inside: 0.35, shown: 0.45, draining: false }),
  step(state, { dt, hour, powered, faults }, random) {
    const draining = state.draining ? state.level > EMPTY : state.level >= FULL;
    const inflow = 0.006 + 0.02 * duringHours(hour, 6, 22);
    const flow = draining ? (powered ? -0.6 : 0) : inflow;
    const level = Math.max(0, state.level + (flow * dt) / 3600);
    const fed = draining ? 0 : inflow * 0.02;
    const kept = level < state.level && state.level > 0 ? level / state.level : 1;
    const inside = (state.inside * kept + (fed * dt) / 3600) * Math.exp(-dt / MEAN_LIFE);
    const truth = 0.1 + inside + (faults.has('source-passage') ? 6 : 0);
    const counted = poisson(random, truth * SENSITIVITY * dt) / (SENSITIVITY * dt);
    return { level, inside, shown: relax(state.shown, counted, dt, 60), draining };
  },
  outputs: (state) => ({ level: state.level, 'dose-rate': state.shown, 'detector-state': 0 }),
};
