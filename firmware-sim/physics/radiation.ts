import { duringHours, type Model, relax } from './model.ts';
import { between, happens, poisson } from './random.ts';

export interface RadiationState {
  /** What the detector shows, µSv/h: the mean of the counts of the last minute. */
  readonly shown: number;
  /** Seconds that a patient still stands near, and the dose rate that he brings. */
  readonly near: number;
  readonly brings: number;
}

/** Natural background, µSv/h: 0.05 to 0.15 outdoors. */
const BACKGROUND = 0.1;
/** Counts a second for each µSv/h, of a plastic scintillator of area-monitor size. */
export const SENSITIVITY = 60;
/** Time constant of the rate meter, s. */
const RATE_METER = 30;
/** µSv/h at the detector of a strong source: beyond the 2.5 of HJ 1188-2021, 6.1.5. */
const SOURCE = 12;

/** An area monitor beside nuclear medicine: counts are Poisson, so the reading is never still. */
export const radiation: Model<RadiationState> = {
  name: 'radiation',
  faults: ['source-passage'],
  initial: () => ({ shown: BACKGROUND, near: 0, brings: 0 }),
  step(state, { dt, hour, faults }, random) {
    const comes = state.near <= 0 && happens(random, 2 * duringHours(hour, 8, 17), dt);
    const near = comes ? between(random, 15, 60) : Math.max(0, state.near - dt);
    const brings = comes ? between(random, 0.2, 1.2) : near > 0 ? state.brings : 0;
    const truth = BACKGROUND + brings + (faults.has('source-passage') ? SOURCE : 0);
    const counted = poisson(random, truth * SENSITIVITY * dt) / (SENSITIVITY * dt);
    return { shown: relax(state.shown, counted, dt, RATE_METER), near, brings };
  },
  outputs: (state) => ({ 'dose-rate': state.shown, 'detector-state': 0 }),
};
