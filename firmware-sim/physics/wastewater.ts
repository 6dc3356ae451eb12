import { hump, type Model, relax, wander } from './model.ts';
import { between } from './random.ts';

export interface WastewaterState {
  readonly flow: number;
  readonly ph: number;
  readonly cod: number;
  readonly ammonia: number;
  /** mg/L that the pump aims at: it follows the flow meter, and never quite right. */
  readonly dosed: number;
  /** Total residual chlorine at the outlet of the contact tank, mg/L. */
  readonly chlorine: number;
}

/** mg/L, in the middle of the 2 to 8 of GB 18466-2005, Table 2 note 1 (pre-treatment). */
const SETPOINT = 4.5;
/** Time constant of the contact tank: at least one hour (same note); half of it mixes well. */
const CONTACT = 1800;
/** First-order demand of the sewage, per s. */
const DEMAND = 1 / 2400;

/** Hospital sewage before it goes to the town's sewer. */
export const wastewater: Model<WastewaterState> = {
  name: 'wastewater',
  faults: ['power-cut', 'dosing-failure', 'chlorine-loss'],
  initial: (random) => ({
    flow: 12,
    ph: between(random, 7, 7.4),
    cod: between(random, 100, 140),
    ammonia: between(random, 15, 22),
    dosed: SETPOINT,
    chlorine: SETPOINT,
  }),
  step(state, { dt, hour, powered, faults }, random) {
    const load = 0.35 + hump(hour, 9.5, 4) + 0.8 * hump(hour, 20, 4);
    const dosing = powered && !faults.has('dosing-failure');
    const demand = DEMAND * (faults.has('chlorine-loss') ? 15 : 1);
    const dosed = Math.max(0, wander(state.dosed, { mean: SETPOINT, tau: 1200, sigma: 0.4 }, dt, random));
    // Dosing is in proportion to the flow and covers the usual demand: what is left is less by any further loss.
    const target = dosing ? dosed * (DEMAND / demand) : 0;
    return {
      flow: powered
        ? Math.max(0, wander(state.flow, { mean: 14 * load, tau: 300, sigma: 1.2 }, dt, random))
        : relax(state.flow, 0, dt, 30),
      ph: wander(state.ph, { mean: 7.2, tau: 3600, sigma: 0.12 }, dt, random),
      cod: Math.max(10, wander(state.cod, { mean: 95 + 45 * load, tau: 5400, sigma: 9 }, dt, random)),
      ammonia: Math.max(1, wander(state.ammonia, { mean: 13 + 7 * load, tau: 5400, sigma: 1.5 }, dt, random)),
      dosed,
      chlorine: relax(state.chlorine, target, dt, 1 / (1 / CONTACT + demand)),
    };
  },
  outputs: (state) => ({
    flow: state.flow,
    ph: state.ph,
    cod: state.cod,
    'ammonia-nitrogen': state.ammonia,
    'total-chlorine': state.chlorine,
  }),
};
