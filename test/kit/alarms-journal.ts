import type { Appended, Entry, History, Journal, JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';

type Unsequenced =
  | { readonly kind: 'readings'; readonly readings: readonly Reading[] }
  | { readonly kind: 'event'; readonly event: JournalEvent };

/** A journal in memory, enough for the alarm engine: rows in order, and who waits for the next one. */
export class MemoryJournal implements Journal {
  readonly rows: Entry[];
  readonly #beforeEach: () => Promise<void>;
  #wake: (() => void)[] = [];
  #seen = 0;
  /** What the next `record` fails with. */
  refuses: Error | undefined;

  /** `beforeEach` paces a follower. */
  constructor(rows: readonly Entry[] = [], beforeEach: () => Promise<void> = () => Promise.resolve()) {
    this.rows = [...rows];
    this.#beforeEach = beforeEach;
  }

  async append(readings: readonly Reading[], arrived = Date.now()): Promise<Appended> {
    return { seq: this.#add({ kind: 'readings', readings }, arrived), repeated: 0 };
  }

  async record(event: JournalEvent): Promise<number> {
    if (this.refuses !== undefined) throw this.refuses;
    return this.#add({ kind: 'event', event }, event.at);
  }

  head(): number {
    return this.rows.length;
  }

  async *follow(seq: number, signal: AbortSignal): AsyncIterable<Entry> {
    for (let next = seq; !signal.aborted; next++) {
      const row = this.rows[next];
      if (row === undefined) {
        await this.#more(signal);
        next--;
        continue;
      }
      await this.#beforeEach();
      this.#seen = Math.max(this.#seen, next + 1);
      yield row;
    }
  }

  get history(): History {
    // The engine asks for readings only. Rows that were not followed yet have not come yet.
    const readings: History['readings'] = async (point, from, to, limit) => {
      const come = this.#seen === 0 ? this.rows : this.rows.slice(0, this.#seen);
      return readingsIn(come, { point, from, to, limit });
    };
    return { readings } as Partial<History> as History;
  }

  #add(row: Unsequenced, arrived: number): number {
    const seq = this.rows.length + 1;
    this.rows.push({ ...row, seq, arrived });
    for (const wake of this.#wake.splice(0)) wake();
    return seq;
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#wake.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

interface ReadingSpan {
  readonly point: string;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

/** As the journal's history answers: in order of time, each time once, the first stands. */
export function readingsIn(rows: readonly Entry[], { point, from, to, limit }: ReadingSpan): Reading[] {
  const byTime = new Map<number, Reading>();
  for (const row of rows) {
    if (row.kind === 'event') continue;
    for (const reading of row.readings) {
      const inSpan = reading.point === point && reading.at >= from && reading.at < to;
      if (inSpan && !byTime.has(reading.at)) byTime.set(reading.at, reading);
    }
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at).slice(0, limit);
}
