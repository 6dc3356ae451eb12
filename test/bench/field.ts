import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const ENTRY = fileURLToPath(new URL('./field.child.ts', import.meta.url));

/** A device of a site file, as far as the bench changes it. */
export interface FieldDevice {
  readonly id: string;
  readonly every?: string;
  readonly [key: string]: unknown;
}

/** Simulated devices in a process of their own. */
export interface Field {
  readonly pid: number;
  readonly areas: readonly unknown[];
  /** With the addresses at which they listen. */
  readonly devices: readonly FieldDevice[];
  stop(): Promise<void>;
}

/** Starts what the scenario says: its YAML without site, areas and listen. Its loggers publish to `mqtt`. */
export async function startField(devices: string, dir: string, mqtt = '127.0.0.1:0'): Promise<Field> {
  const scenario = `site: { id: bench, name: bench }
listen: { mqtt: '${mqtt}' }
areas: [{ id: hall, name: hall, kind: other }]
step: 1s
${devices}`;
  const child = fork(ENTRY, [scenario, join(dir, 'field')]);
  const gone = once(child, 'exit');
  const [text] = await Promise.race([
    once(child, 'message'),
    gone.then(([code]) => Promise.reject(new Error(`the simulated field ended with code ${code}`))),
  ]);
  const file = parse(text) as Pick<Field, 'areas' | 'devices'>;
  return {
    pid: child.pid ?? 0,
    ...{ areas: file.areas, devices: file.devices },
    async stop() {
      child.disconnect();
      await gone;
    },
  };
}

/** Devices with registers beside each other, as in the scenario `busy`. */
export const fleetOf = (devices: number, points: number): string =>
  `devices: []\nfleet: { id: unit, area: hall, devices: ${devices}, points: ${points}, every: 1s }`;

/** A limit on every point, so that every reading is judged. The counting pattern never comes near it. */
export const withLimits = (device: FieldDevice, points: number): FieldDevice => {
  const keys = Array.from({ length: points }, (_, index) => [`r${index}`, { high: 60_000, deadband: 10 }]);
  return { ...device, limits: { points: Object.fromEntries(keys) } };
};
