import { duringHours, type Model } from './model.ts';
import { between, happens } from './random.ts';

export interface ScaleState {
  /** kg */
  readonly load: number;
  readonly hour: number;
}

/** The truck comes once a day: 医疗废物管理条例 art. 17 allows two days at most. */
const COLLECTED_AT = 17;

/** Bags come from the wards all day and leave together. */
export const scale: Model<ScaleState> = {
  name: 'scale',
  faults: [],
  initial: (random) => ({ load: between(random, 15, 40), hour: 0 }),
  step(state, { dt, hour }, random) {
    const collected = state.hour < COLLECTED_AT && hour >= COLLECTED_AT;
    const bag = happens(random, 4 * duringHours(hour, 6.5, 20), dt) ? between(random, 1.5, 7) : 0;
    return { load: (collected ? 0 : state.load) + bag, hour };
  },
  outputs: (state) => ({ mass: state.load }),
};
