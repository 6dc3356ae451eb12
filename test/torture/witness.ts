import { silentLog } from '#model/log';
import type { EpochMs } from '#model/time';
import { readBody } from '../../gateway/journal/body.ts';
import { KIND } from '../../gateway/journal/segment.ts';
import { NOTHING_KNOWN, SegmentTail } from '../../gateway/journal/segment-tail.ts';

/** Called for each reading that lies in the journal; `value` is NaN when there is none. */
export type SeeReading = (point: string, at: EpochMs, value: number) => void;

/** Reads the rows of a journal that somebody else writes, from where it stopped the last time. */
export class Witness {
  readonly #dir: string;
  #seq = 0;
  #segment = 0;
  #ids: string[] = [];

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** The newest row that it has seen. */
  get seq(): number {
    return this.#seq;
  }

  /** Reads to the end. Returns when the first row of readings that arrived at `since` or later did so. */
  read(see: SeeReading, since: EpochMs): EpochMs | null {
    const tail = new SegmentTail(this.#dir, silentLog);
    let first: EpochMs | null = null;
    try {
      for (;;) {
        const { segment, points, rows } = tail.slice(this.#seq, NOTHING_KNOWN);
        if (rows.length === 0) return first;
        if (segment !== this.#segment) this.#ids = [];
        this.#segment = segment;
        for (const { no, id } of points) this.#ids[no] = id;
        for (const { seq, arrived, kind, body } of rows) {
          if (seq <= this.#seq) throw new Error(`row ${seq} after row ${this.#seq}`);
          this.#seq = seq;
          if (kind !== KIND.readings) continue;
          if (arrived >= since) first ??= arrived;
          this.#readings(body, see);
        }
      }
    } finally {
      tail.close();
    }
  }

  #readings(body: Uint8Array, see: SeeReading): void {
    readBody(body, {
      point: (no, id) => {
        this.#ids[no] = id;
      },
      reading: (no, at, value) => {
        const id = this.#ids[no];
        if (id === undefined) throw new Error(`point number ${no} has no name`);
        see(id, at, value);
      },
    });
  }
}
