import type { Entry } from '#model/journal';

/** What an entry takes in memory, about: its readings are objects of five fields. */
const READING_BYTES = 96;
const ENTRY_BYTES = 256;

const weigh = (entry: Entry): number =>
  ENTRY_BYTES + (entry.kind === 'readings' ? entry.readings.length * READING_BYTES : 1024);

/** The newest rows in memory, for readers that keep up. Bounded: who falls behind reads from disk. */
export class Ring {
  readonly #limitBytes: number;
  #entries: Entry[] = [];
  #bytes = 0;
  #since: number;

  constructor(limitBytes: number, head: number) {
    this.#limitBytes = limitBytes;
    this.#since = head;
  }

  /** The ring holds every row after this one. */
  get since(): number {
    return this.#since;
  }

  push(entry: Entry): void {
    this.#entries.push(entry);
    this.#bytes += weigh(entry);
    while (this.#bytes > this.#limitBytes && this.#entries.length > 1) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#bytes -= weigh(oldest);
      this.#since = oldest.seq;
    }
  }

  /** The rows after `seq`, at most `limit`; undefined when some of them are no longer here. */
  after(seq: number, limit: number): readonly Entry[] | undefined {
    if (seq < this.#since) return undefined;
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.seq ?? 0) <= seq) low = middle + 1;
      else high = middle;
    }
    return this.#entries.slice(low, low + limit);
  }
}
