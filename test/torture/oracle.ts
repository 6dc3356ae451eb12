import type { EpochMs, Ms } from '#model/time';

/** Points of a logger; its rounds have one reading of each. */
export const KEYS: readonly string[] = ['temp', 'battery'];
/** What was found out about the readings of the loggers. */
export interface Verdict {
  /** Readings that the loggers have a PUBACK for. */
  readonly acknowledged: number;
  readonly stored: number;
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Stored more than once. */
  readonly doubled: number;
  /** Stored with another value or time than was ever sent. */
  readonly wrong: number;
}

export interface OracleOptions {
  /** No two have the same. */
  readonly logger: number;
  /** The time of round 0. */
  readonly base: EpochMs;
  /** From one round to the next. */
  readonly step: Ms;
}

/** What a logger knows to be true: it made the readings, and it holds the acknowledgements. */
export class Oracle {
  readonly #options: OracleOptions;
  #acknowledged = new Uint8Array(1024);
  #stored = new Uint8Array(2048);
  #sent = 0;
  #wrong = 0;

  constructor(options: OracleOptions) {
    this.#options = options;
  }

  get step(): Ms {
    return this.#options.step;
  }

  at(round: number): EpochMs {
    return this.#options.base + round * this.#options.step;
  }

  /** Known to both sides, and never the same for neighbours in time, point or logger. */
  value(round: number, key: number): number {
    return ((round * 31 + key * 7 + this.#options.logger * 101) % 6000) / 100;
  }

  /** Rounds before this one have left the logger. */
  sent(before: number): void {
    this.#sent = Math.max(this.#sent, before);
  }

  acknowledge(from: number, to: number): void {
    if (to > this.#acknowledged.length) this.#acknowledged = grown(this.#acknowledged, to);
    this.#acknowledged.fill(1, from, to);
  }

  isAcknowledged(round: number): boolean {
    return this.#acknowledged[round] === 1;
  }

  /** A reading that lies in the journal. */
  see(key: number, at: EpochMs, value: number): void {
    const round = (at - this.#options.base) / this.#options.step;
    const place = round * KEYS.length + key;
    if (!Number.isInteger(round) || round < 0 || round >= this.#sent || value !== this.value(round, key)) {
      this.#wrong += 1;
      return;
    }
    if (place >= this.#stored.length) this.#stored = grown(this.#stored, place + 1);
    this.#stored[place] = Math.min(255, (this.#stored[place] ?? 0) + 1);
  }

  /** Forgets what it saw in the journal: it is read anew. */
  look(): void {
    this.#stored.fill(0);
    this.#wrong = 0;
  }

  verdict(): Verdict {
    let [acknowledged, stored, lost, doubled] = [0, 0, 0, 0];
    for (let place = 0; place < this.#sent * KEYS.length; place++) {
      const times = this.#stored[place] ?? 0;
      const promised = this.#acknowledged[Math.floor(place / KEYS.length)] === 1;
      if (promised) acknowledged += 1;
      if (times > 0) stored += 1;
      if (promised && times === 0) lost += 1;
      if (times > 1) doubled += 1;
    }
    return { acknowledged, stored, lost, doubled, wrong: this.#wrong };
  }
}

export const sumOf = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce(
    (sum, verdict) => ({
      acknowledged: sum.acknowledged + verdict.acknowledged,
      stored: sum.stored + verdict.stored,
      lost: sum.lost + verdict.lost,
      doubled: sum.doubled + verdict.doubled,
      wrong: sum.wrong + verdict.wrong,
    }),
    { acknowledged: 0, stored: 0, lost: 0, doubled: 0, wrong: 0 },
  );

function grown(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(Math.max(needed, bytes.length * 2));
  more.set(bytes);
  return more;
}
