import type { PointId } from './point.ts';
import type { Reading } from './reading.ts';
import type { EpochMs, Ms } from './time.ts';

/** The newest durable reading of each point, for the board, the API and the live topics. */
export interface Live {
  get(point: PointId): Reading | undefined;
  all(): Iterable<Reading>;
  /** Called with the readings that became a point's newest; returns the way to stop. */
  onReadings(listener: (readings: readonly Reading[]) => void): () => void;
}

/** How a device is doing, as its collector or logger last showed it. */
export interface DeviceState {
  readonly device: string;
  readonly up: boolean;
  /** For people: what is wrong; empty when up. */
  readonly why: string;
  readonly since: EpochMs;
  readonly roundTrip: Ms | null;
}

/** The state of every device that is read by the gateway's own collectors. */
export interface Devices {
  state(device: string): DeviceState | undefined;
  all(): readonly DeviceState[];
}
