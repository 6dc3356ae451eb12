import type { ModbusAddress } from '#model/driver';
import type { Addressed, PlanTraits } from '../../collectors/protocols/modbus/plan.ts';
import { seededRandom } from '../../firmware-sim/physics/random.ts';

const TYPES = ['bool', 'int16', 'uint32', 'float64'] as const;
const MOST_POINTS = 10;
const ADDRESSES = 40;

/** A harsh register map: points over one another, short requests, small holes. The same for the same seed. */
export function randomMap(seed: number): {
  readonly points: readonly Addressed[];
  readonly traits: PlanTraits;
} {
  const random = seededRandom(seed, 'map');
  const upTo = (most: number) => Math.floor(random() * (most + 1));
  const points = Array.from({ length: 1 + upTo(MOST_POINTS - 1) }, (_, index) => {
    const address: ModbusAddress =
      random() < 0.2
        ? { table: 'coil', address: upTo(ADDRESSES), type: 'bool' }
        : { table: 'holding', address: upTo(ADDRESSES), type: TYPES[upTo(TYPES.length - 1)] ?? 'int16' };
    return { key: `p${index}`, address };
  });
  return { points, traits: { maxRegisters: 4 + upTo(16), maxBits: 1 + upTo(16), hole: upTo(4) } };
}
