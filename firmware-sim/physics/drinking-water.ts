import { hump, type Model, relax, wander } from './model.ts';
import { between, happens } from './random.ts';

export interface DrinkingWaterState {
  readonly chlorine: number;
  readonly turbidity: number;
  /** Extra turbidity after a pipe was shaken, NTU; settles. */
  readonly spike: number;
  readonly ph: number;
  readonly conductivity: number;
  readonly temperature: number;
  readonly flow: number;
}

/** mg/L that the dosing control holds: between the tap's 0.05 and 2 of GB 5749-2022, Table 2. */
const SETPOINT = 0.45;
/** Residual in what the town delivers, mg/L. */
const INCOMING = 0.12;
/** First-order decay of free chlorine in the tank, per s (half in about 4 h). */
const DECAY = 5e-5;
/** Share of the tank that flows through in a second at mean flow. */
const EXCHANGE = 2.5e-4;
const MEAN_FLOW = 14;

/** Secondary supply of a hospital: a tank with chlorine dosing and a pump set. */
export const drinkingWater: Model<DrinkingWaterState> = {
  name: 'drinking-water',
  faults: ['power-cut', 'dosing-failure', 'chlorine-loss'],
  initial: (random) => ({
    chlorine: SETPOINT * between(random, 0.95, 1.05),
    turbidity: 0.25,
    spike: 0,
    ph: between(random, 7.3, 7.6),
    conductivity: between(random, 380, 440),
    temperature: 17,
    flow: MEAN_FLOW,
  }),
  step(state, { dt, hour, powered, faults }, random) {
    const demand = 0.25 + 1.2 * hump(hour, 7.5, 4) + 0.9 * hump(hour, 18.5, 5) + 0.5 * hump(hour, 12, 4);
    const flow = powered
      ? wander(state.flow, { mean: MEAN_FLOW * demand, tau: 90, sigma: 0.8 }, dt, random)
      : 0;
    const exchange = (EXCHANGE * Math.max(0, flow)) / MEAN_FLOW;
    const decay = DECAY * (faults.has('chlorine-loss') ? 120 : 1);
    const dosing = powered && !faults.has('dosing-failure');
    // The control trims the mixed residual to the set point, and can only add.
    const control = dosing ? 1 / 300 : 0;
    const rate = exchange + decay + control;
    const target = (exchange * INCOMING + control * Math.max(SETPOINT, state.chlorine)) / rate;
    return {
      chlorine: relax(state.chlorine, target, dt, 1 / rate),
      turbidity: Math.max(0.05, wander(state.turbidity, { mean: 0.25, tau: 1800, sigma: 0.03 }, dt, random)),
      spike: happens(random, 0.5, dt) ? between(random, 0.1, 0.5) : relax(state.spike, 0, dt, 45),
      ph: wander(state.ph, { mean: 7.45, tau: 7200, sigma: 0.05 }, dt, random),
      conductivity: wander(state.conductivity, { mean: 410, tau: 14_400, sigma: 12 }, dt, random),
      temperature: relax(state.temperature, 16.5 + 1.5 * hump(hour, 16, 10), dt, 7200),
      flow: Math.max(0, flow),
    };
  },
  outputs: (state) => ({
    'free-chlorine': state.chlorine,
    // A plant that doses it instead holds about the same residual; GB 5749-2022, Table 2, wants 0.02 to 0.8 mg/L.
    'chlorine-dioxide': state.chlorine,
    turbidity: state.turbidity + state.spike,
    ph: state.ph,
    conductivity: state.conductivity,
    tds: state.conductivity * 0.64,
    temperature: state.temperature,
    flow: state.flow,
  }),
};
