import { hump, type Model, relax } from './model.ts';
import { between } from './random.ts';

export interface TransportBoxState {
  readonly air: number;
  readonly probe: number;
  /** Share of the ice that is still frozen. */
  readonly ice: number;
  readonly battery: number;
}

/** Hours that the packs last in a shut box, and the charge a day of a logger takes. */
const ICE_HOURS = 30;
const BATTERY_DAYS = 400;

/** Charge at which somebody changes the battery: some days after its alarm at 20 %. */
const CHANGED_AT = 18;

/** A cold box with conditioned ice packs; packed anew when little ice is left. */
export const transportBox: Model<TransportBoxState> = {
  name: 'transport-box',
  faults: ['door-open'],
  initial: (random) => ({
    air: between(random, 4, 5),
    probe: 4.5,
    ice: between(random, 0.6, 1),
    battery: between(random, 60, 98),
  }),
  step(state, { dt, hour, faults }, random) {
    const open = faults.has('door-open');
    const ambient = 22 + 6 * hump(hour, 14, 8);
    // Packs hold the air near 3.5 °C; the fewer are frozen, the more of the wall's heat comes through.
    const target = open ? ambient : 3.5 + (ambient - 3.5) * (0.05 + 0.1 * (1 - state.ice));
    const air = relax(state.air, target, dt, open ? 400 : 1500);
    const melted = (dt / 3600 / ICE_HOURS) * (open ? 6 : 1);
    return {
      air,
      probe: relax(state.probe, air, dt, 240),
      ice: state.ice - melted < 0.15 ? between(random, 0.9, 1) : state.ice - melted,
      battery:
        state.battery < CHANGED_AT
          ? between(random, 95, 100)
          : state.battery - (100 * dt) / 86_400 / BATTERY_DAYS,
    };
  },
  outputs: (state) => ({ temperature: state.probe, battery: state.battery }),
};
