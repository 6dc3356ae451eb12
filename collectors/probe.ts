import type { Quality, Reason } from '#model/quality';
import type { Ms } from '#model/time';

/** What one read of one device brought, in full: for the person who installs or mends it. */
export interface ProbeReport {
  readonly device: string;
  /** From the first request, its connection included, to the last answer. */
  readonly took: Ms;
  readonly requests: readonly ProbeRequest[];
  readonly points: readonly ProbePoint[];
}

/** One question on the wire, and what came back. */
export interface ProbeRequest {
  /** For people: `holding 0..9 (10 registers), unit 1`, or an OPC UA node. */
  readonly what: string;
  readonly took: Ms;
  /** As it came, in hex, or as the server showed it; null when nothing came. */
  readonly raw: string | null;
  /** For people: what went wrong; null when the answer was whole. */
  readonly error: string | null;
}

export interface ProbePoint {
  readonly key: string;
  /** The point's own part of the answer; null when there was none. */
  readonly raw: string | null;
  /** In the point's unit, after scale and offset. */
  readonly value: number | null;
  readonly quality: Quality;
  readonly reason: Reason | null;
}
