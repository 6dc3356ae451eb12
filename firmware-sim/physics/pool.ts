import { hump, type Model, relax, wander } from './model.ts';
import { between, poisson } from './random.ts';

export interface PoolState {
  readonly free: number;
  readonly combined: number;
  readonly ph: number;
  readonly acid: boolean;
  readonly turbidity: number;
  readonly temperature: number;
  readonly bathers: number;
}

/** mg/L, inside the 0.3 to 1.0 of CJ/T 244-2016 and GB 37488-2019. */
const SETPOINT = 0.65;
const PH_HIGH = 7.5;
const PH_LOW = 7.35;
/** pKa of hypochlorous acid at 25 °C. */
const PKA = 7.53;

/**
 * Redox potential in mV from the acid's concentration (Nernst, 59.2 mV a decade): chlorine at pH 8 disinfects less
 * than at pH 7, and the ORP shows it.
 */
export function redox(free: number, ph: number): number {
  const acid = Math.max(1e-4, free / (1 + 10 ** (ph - PKA)));
  return 765 + 59.2 * Math.log10(acid);
}

/** A hydrotherapy pool: bathers eat chlorine and leave chloramines, filters and dosing work against them. */
export const pool: Model<PoolState> = {
  name: 'pool',
  faults: ['power-cut', 'dosing-failure', 'chlorine-loss', 'flood-of-bathers'],
  initial: (random) => ({
    free: SETPOINT * between(random, 0.95, 1.05),
    combined: 0.12,
    ph: between(random, PH_LOW, PH_HIGH),
    acid: false,
    turbidity: 0.2,
    temperature: 28,
    bathers: 0,
  }),
  step(state, { dt, hour, powered, faults }, random) {
    const expected = faults.has('flood-of-bathers') ? 120 : 8 * hump(hour, 10, 3) + 10 * hump(hour, 16, 3.5);
    const bathers = relax(state.bathers, poisson(random, expected), dt, 300);
    const dosing = powered && !faults.has('dosing-failure');
    const eaten = (1 + bathers * 0.6) * (faults.has('chlorine-loss') ? 60 : 1) * 2e-5;
    const control = dosing ? 1 / 400 : 0;
    const target = (control * Math.max(SETPOINT, state.free)) / (control + eaten);
    const acid = powered && (state.acid ? state.ph > PH_LOW : state.ph > PH_HIGH);
    const filter = powered ? 1 / 14_400 : 1 / 200_000;
    return {
      free: relax(state.free, target, dt, 1 / (control + eaten)),
      // Chloramines come with bathers; fresh water and the filter take them away.
      combined: relax(state.combined, 0.1 + (bathers * 1.1e-6) / filter, dt, 1 / filter),
      ph: relax(state.ph, acid ? 7.2 : 7.8, dt, acid ? 1800 : 40_000),
      acid,
      turbidity: Math.max(
        0.05,
        wander(state.turbidity, { mean: 0.18 + bathers * 0.008, tau: 3600, sigma: 0.02 }, dt, random),
      ),
      temperature: relax(state.temperature, powered ? 28 : 22, dt, 80_000),
      bathers,
    };
  },
  outputs: (state) => ({
    'free-chlorine': state.free,
    'combined-chlorine': state.combined,
    ph: state.ph,
    orp: redox(state.free, state.ph),
    turbidity: state.turbidity,
    temperature: state.temperature,
  }),
};
