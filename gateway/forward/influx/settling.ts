import { type Ms, SECOND } from '#model/time';

/**
 * A server that answers 204 may still lose it when it is killed: VictoriaMetrics writes what it took to its disk
 * every 5 s (`-inmemoryDataFlushInterval`), InfluxDB after `wal-fsync-delay`. Twice that.
 */
export const SETTLED_AFTER: Ms = 10 * SECOND;

interface Mark {
  readonly seq: number;
  readonly at: Ms;
}

/** How far the server has come: what it accepted, and what it has had long enough to keep through its own death. */
export class Settling {
  #accepted: number;
  #settled: number;
  #waiting: readonly Mark[] = [];

  constructor(seq: number) {
    this.#accepted = seq;
    this.#settled = seq;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** The last row that need not be sent again, whatever happens. Never beyond `accepted`. */
  get settled(): number {
    return this.#settled;
  }

  /**
   * Rows up to `seq` were accepted or set aside at `now`, monotonic. Only this shows that the server was still alive:
   * the time of an outage settles nothing.
   */
  accept(seq: number, now: Ms): void {
    this.#accepted = seq;
    const marks = [...this.#waiting, { seq, at: now }];
    const done = marks.findLastIndex(({ at }) => now - at >= SETTLED_AFTER);
    this.#settled = marks[done]?.seq ?? this.#settled;
    this.#waiting = marks.slice(done + 1);
  }

  /** The server was gone: what had not settled is to be sent again. */
  goBack(): void {
    this.#accepted = this.#settled;
    this.#waiting = [];
  }
}
