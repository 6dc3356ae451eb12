import type { NodeAnswer } from './answers.ts';

/** What a scan found, as it could stand in a site file. */
export interface Finding {
  readonly driver: string;
  readonly title: string;
  readonly connect: string;
  /** For people: how sure it is, and of what that was concluded. */
  readonly why: string;
  /** What else it could be. */
  readonly others: readonly string[];
  /** SHA-256 of an OPC UA server's certificate; null for Modbus, and for a server that has none. */
  readonly certificate: string | null;
  readonly user: string | null;
  readonly isPlain: boolean;
  readonly points: readonly NodeAnswer[];
}

/** One place that was looked at. */
export interface ScanReport {
  readonly findings: readonly Finding[];
  /** For people: units that answer and are none of our drivers, a host that does not answer, … */
  readonly remarks: readonly string[];
}
