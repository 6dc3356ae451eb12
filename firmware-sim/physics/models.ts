import type { PointSpec } from '#model/driver';
import type { Quantity } from '#model/quantity';
import { decayTank } from './decay-tank.ts';
import { drinkingWater } from './drinking-water.ts';
import { animate, type Process } from './model.ts';
import { pool } from './pool.ts';
import { radiation } from './radiation.ts';
import type { Random } from './random.ts';
import { cabinets, refrigerated } from './refrigerated.ts';
import { scale } from './scale.ts';
import { transportBox } from './transport-box.ts';
import { wastewater } from './wastewater.ts';

/** A device that no model fits: each point stays near what its quantity usually is. */
const steady = {
  name: 'steady',
  faults: [],
  initial: () => null,
  step: () => null,
  outputs: () => ({}),
} as const;

type Start = (random: Random) => Process;

const starts = {
  fridge: (random) => animate(refrigerated(cabinets.fridge), random),
  freezer: (random) => animate(refrigerated(cabinets.freezer), random),
  'ultra-freezer': (random) => animate(refrigerated(cabinets['ultra-freezer']), random),
  'cold-room': (random) => animate(refrigerated(cabinets['cold-room']), random),
  'drinking-water': (random) => animate(drinkingWater, random),
  pool: (random) => animate(pool, random),
  wastewater: (random) => animate(wastewater, random),
  radiation: (random) => animate(radiation, random),
  'decay-tank': (random) => animate(decayTank, random),
  scale: (random) => animate(scale, random),
  'transport-box': (random) => animate(transportBox, random),
  steady: (random) => animate(steady, random),
} as const satisfies Record<string, Start>;

export type ModelName = keyof typeof starts;
export const MODEL_NAMES = Object.keys(starts) as readonly ModelName[];

export const startModel = (name: ModelName, random: Random): Process => starts[name](random);

/**
 * The model that fits a device by what it measures, so that a new driver is simulated without code here. What cools
 * is told apart by its driver's name; a scenario may name the model itself.
 */
export function modelFor(driver: string, points: readonly PointSpec[]): ModelName {
  const measured = new Set(points.map((point) => point.quantity));
  const any = (...quantities: Quantity[]) => quantities.some((quantity) => measured.has(quantity));
  if (any('dose-rate', 'detector-state')) return any('level') ? 'decay-tank' : 'radiation';
  if (any('cod', 'ammonia-nitrogen', 'total-chlorine')) return 'wastewater';
  if (any('combined-chlorine', 'orp')) return 'pool';
  if (any('free-chlorine', 'chlorine-dioxide', 'turbidity', 'conductivity')) return 'drinking-water';
  if (any('mass')) return 'scale';
  if (!any('temperature')) return 'steady';
  if (any('battery')) return 'transport-box';
  if (!any('door', 'power', 'humidity')) return 'steady';
  if (/ultra/.test(driver)) return 'ultra-freezer';
  if (/freezer/.test(driver)) return 'freezer';
  return /room/.test(driver) ? 'cold-room' : 'fridge';
}
