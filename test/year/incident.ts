import type { EpochMs } from '#model/time';
import type { FaultName, FaultOptions } from '../../firmware-sim/faults/fault.ts';

/**
 * Something that happens to the hospital. `physics`: the world itself goes wrong. `sensor`: the world is well and a
 * number lies. `reach`: nothing is heard. The judge knows incidents from here and never from the product.
 */
export interface Incident {
  readonly kind: IncidentKind;
  readonly devices: readonly string[];
  /** The point's key, when it befalls one only. */
  readonly point: string | null;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly options: FaultOptions;
}

export type Layer = 'physics' | 'sensor' | 'reach';

interface Kind {
  readonly layer: Layer;
  /** The simulator's fault; those without one are made where readings are taken. */
  readonly fault?: FaultName;
}

export const INCIDENTS = {
  'door held open': { layer: 'physics', fault: 'door-open' },
  'door forgotten': { layer: 'physics', fault: 'door-open' },
  'power cut of the site': { layer: 'physics', fault: 'power-cut' },
  'plug pulled': { layer: 'physics', fault: 'power-cut' },
  'compressor failure': { layer: 'physics', fault: 'compressor-failure' },
  'dosing failure': { layer: 'physics', fault: 'dosing-failure' },
  'chlorine eaten': { layer: 'physics', fault: 'chlorine-loss' },
  'school class in the pool': { layer: 'physics', fault: 'flood-of-bathers' },
  'source passage': { layer: 'physics', fault: 'source-passage' },
  'sensor dead': { layer: 'sensor', fault: 'sensor-nan' },
  'sensor frozen': { layer: 'sensor', fault: 'sensor-stuck' },
  'sensor drifts': { layer: 'sensor', fault: 'drift' },
  'sensor noisy': { layer: 'sensor' },
  'sensor off the scale': { layer: 'sensor' },
  'spike of one reading': { layer: 'sensor' },
  'bad contact': { layer: 'sensor' },
  calibration: { layer: 'sensor' },
  'line down': { layer: 'reach' },
  'device silent': { layer: 'reach' },
  'logger out of reach': { layer: 'reach' },
  'gateway down': { layer: 'reach' },
} as const satisfies Record<string, Kind>;

export type IncidentKind = keyof typeof INCIDENTS;

export const layerOf = (kind: IncidentKind): Layer => INCIDENTS[kind].layer;

export const faultOf = (kind: IncidentKind): FaultName | undefined => {
  const described: Kind = INCIDENTS[kind];
  return described.fault;
};

/** Whether it lay in the span, or touched it. */
export const overlaps = (one: { from: EpochMs; to: EpochMs }, from: EpochMs, to: EpochMs): boolean =>
  one.from <= to && one.to >= from;
