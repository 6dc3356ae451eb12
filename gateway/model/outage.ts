import type { DeviceId } from './point.ts';
import type { EpochMs } from './time.ts';

/** Why samples that were expected are not there. */
export const GAP_CAUSES = [
  /** The gateway was stopped in order. */
  'gateway-stopped',
  /** The gateway died and the machine ran on. */
  'gateway-died',
  /** The machine itself went down without a word: mains, most likely. */
  'power-lost',
  /** The point was not in the site file. */
  'not-configured',
  /** The journal could not write: the disk was full, read-only, or broken. */
  'disk',
  /** The thread or the program that collects did not run. */
  'collectors-down',
  /** The device, which speaks by itself, was not connected. */
  'device-offline',
  /** The device or its line was too slow for the period that is asked of it: reads were left out. */
  'read-skipped',
  /** Read, and then dropped before the door: a queue was full, or the door refused it. Counted. */
  'dropped',
  /** Stored once, and its segment has since been damaged. */
  'damaged',
  /** Stored once, and taken away when its retention had run out. */
  'expired',
  /** Nobody knows. */
  'silent',
] as const;

export type GapCause = (typeof GAP_CAUSES)[number];

/** A span of which somebody knows why samples may be missing. It explains a gap; it does not make one. */
export interface Outage {
  readonly cause: GapCause;
  /** Null: all devices. */
  readonly device: DeviceId | null;
  readonly from: EpochMs;
  /** Null: it lasts. Told again with the same cause, device and `from` when it is over. */
  readonly to: EpochMs | null;
  /** Readings known to be lost in it; null when nobody counted. */
  readonly readings: number | null;
}

/** Never blocks and never throws: what a part calls when it knows of an outage. */
export type ReportOutage = (outage: Outage) => void;
