import type { XStatic } from 'typebox/schema';
import { closed, integer, text } from './schema.ts';

/** Many like devices for load: `devices` × `points` readings each `every`. */
export const fleetSchema = closed({
  id: text,
  area: text,
  devices: integer({ minimum: 1, maximum: 10_000 }),
  /** Registers of a device, 16 bits each, one beside the other from holding 0. */
  points: integer({ minimum: 1, maximum: 1000 }),
  every: text,
});

export type Fleet = XStatic<typeof fleetSchema>;

/** The devices of a fleet: each has its own Modbus TCP port, its points in the site file and the counting pattern. */
export function expandFleet({ id, area, devices, points, every }: Fleet) {
  const registers = Array.from({ length: points }, (_, address) => ({
    key: `r${address}`,
    name: `R${address}`,
    quantity: 'number',
    table: 'holding',
    address,
    type: 'uint16',
    range: [0, 65_535],
  }));
  return Array.from({ length: devices }, (_, index) => ({
    id: `${id}-${index + 1}`,
    name: `${id} ${index + 1}`,
    area,
    driver: 'modbus',
    every,
    points: registers,
    physics: 'pattern' as const,
  }));
}
