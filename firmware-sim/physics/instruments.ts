import type { PointSpec } from '#model/driver';
import { type Quantity, quantitySpec } from '#model/quantity';
import { normal, type Random } from './random.ts';

interface Instrument {
  /** What one would expect to read; for points that no model knows. */
  readonly typical: number;
  /** Standard deviation of one reading, of an ordinary instrument. */
  readonly noise: number;
}

const instruments: Readonly<Record<Quantity, Instrument>> = {
  temperature: { typical: 21, noise: 0.03 },
  humidity: { typical: 55, noise: 0.2 },
  'differential-pressure': { typical: -10, noise: 0.2 },
  door: { typical: 0, noise: 0 },
  power: { typical: 1, noise: 0 },
  'detector-state': { typical: 0, noise: 0 },
  mass: { typical: 25, noise: 0.004 },
  'free-chlorine': { typical: 0.5, noise: 0.004 },
  'combined-chlorine': { typical: 0.15, noise: 0.004 },
  'total-chlorine': { typical: 4, noise: 0.03 },
  'chlorine-dioxide': { typical: 0.2, noise: 0.004 },
  turbidity: { typical: 0.3, noise: 0.01 },
  ph: { typical: 7.3, noise: 0.005 },
  conductivity: { typical: 420, noise: 1 },
  tds: { typical: 260, noise: 1 },
  orp: { typical: 720, noise: 1.5 },
  'dissolved-oxygen': { typical: 8, noise: 0.03 },
  flow: { typical: 12, noise: 0.05 },
  level: { typical: 1.5, noise: 0.002 },
  cod: { typical: 120, noise: 1 },
  'ammonia-nitrogen': { typical: 18, noise: 0.1 },
  // Counting statistics are in the model of the detector.
  'dose-rate': { typical: 0.1, noise: 0 },
  'gross-alpha': { typical: 0.05, noise: 0.005 },
  'gross-beta': { typical: 0.4, noise: 0.02 },
  battery: { typical: 90, noise: 0 },
  number: { typical: 50, noise: 0.5 },
};

/** Standard deviation of one reading, in the quantity's unit. */
export const noiseOf = (quantity: Quantity): number => instruments[quantity].noise;

/** What the point's instrument shows of `truth` (a plausible value when no model gives one), inside its range. */
export function measure(point: PointSpec, truth: number | undefined, random: Random): number {
  const { typical, noise } = instruments[point.quantity];
  const [low, high] = point.range ?? quantitySpec(point.quantity).range;
  // A value that no model knows must be plausible for this instrument, whose range may be far from the usual one.
  const value = truth ?? (typical >= low && typical <= high ? typical : (low + high) / 2);
  return Math.min(high, Math.max(low, noise === 0 ? value : value + noise * normal(random)));
}
