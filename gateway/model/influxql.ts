/** A request of InfluxDB 1.x's `/query`. */
export interface InfluxqlQuestion {
  /** Statements, divided by semicolons. */
  readonly query: string;
  /** `db`; null when it was not given. */
  readonly database: string | null;
  /** How times are to be written: ns, u, ms, s, m, h; RFC 3339 when left out. */
  readonly epoch?: string;
  /** Aborted when the answer was taken, or nobody waits for it any more: until then it counts as held. */
  readonly signal: AbortSignal;
}

/** The JSON document (UTF-8), in pieces. */
export type InfluxqlAnswer = Iterable<Uint8Array>;

/** Answers what a dashboard asks an InfluxDB. */
export interface Influxql {
  /** Throws `request-invalid`, `too-many-requests`. What one statement cannot answer stands in its result. */
  answer(question: InfluxqlQuestion): Promise<InfluxqlAnswer>;
}
