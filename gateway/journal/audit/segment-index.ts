import type { Log } from '#model/log';
import { type EpochMs, HOUR } from '#model/time';
import { readBody } from '../body.ts';
import { decodeEvent } from '../entries.ts';
import type { Incidents } from '../ledger/incidents.ts';
import { KIND } from '../segment.ts';
import { type Known, NOTHING_KNOWN, type RawRow, SegmentTail } from '../segment-tail.ts';

/** Neighbouring rows that are read at once, and the times of the readings in them. */
interface Chunk {
  readonly after: number;
  readonly last: number;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export interface StoredReading {
  readonly seq: number;
  readonly point: string;
  readonly at: EpochMs;
  readonly value: number;
  readonly mark: number;
}

export type ReadingVisitor = (reading: StoredReading) => void;

/**
 * All rows of a folder as they are now, looked through once: from then on the readings of a span of time can be read
 * without reading all the others again, though late ones lie anywhere.
 */
export class SegmentIndex {
  readonly #tail: SegmentTail;
  readonly #chunks: Chunk[] = [];
  readonly #readings = new Map<number, number>();
  #segment = 0;
  #ids: string[] = [];
  #rows = 0;
  #end: EpochMs = 0;

  constructor(dir: string, log: Log) {
    this.#tail = new SegmentTail(dir, log);
  }

  /** The first row that is there; undefined when there is none. */
  get first(): RawRow | undefined {
    return this.#tail.slice(0, NOTHING_KNOWN).rows[0];
  }

  get rows(): number {
    return this.#rows;
  }

  /** When the newest row arrived: what came later is not known here. */
  get end(): EpochMs {
    return this.#end;
  }

  /** How many readings each hour (since 1970) has, all points together. */
  get readingsByHour(): ReadonlyMap<number, number> {
    return this.#readings;
  }

  /** Reads everything once; the events go to `incidents`, and as rows to `onEvent`. */
  build(incidents: Incidents, onEvent: (row: RawRow) => void = () => {}): void {
    for (let after = 0; ; ) {
      const rows = this.#rowsAfter(after);
      const last = rows.at(-1)?.seq;
      if (last === undefined) return;
      for (const row of rows) {
        if (row.kind !== KIND.event) continue;
        incidents.add(decodeEvent(row.body));
        onEvent(row);
      }
      this.#note(rows, { after, last });
      after = last;
    }
  }

  /** The readings of the span, in the order of their rows. */
  visit(from: EpochMs, to: EpochMs, visitor: ReadingVisitor): void {
    const within = (reading: StoredReading) => {
      if (reading.at >= from && reading.at < to) visitor(reading);
    };
    for (const chunk of this.#chunks) {
      if (chunk.to < from || chunk.from >= to) continue;
      for (const row of this.#rowsAfter(chunk.after)) if (row.seq <= chunk.last) this.#readRow(row, within);
    }
  }

  close(): void {
    this.#tail.close();
  }

  #note(rows: readonly RawRow[], { after, last }: Pick<Chunk, 'after' | 'last'>): void {
    let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const seen = ({ at }: StoredReading) => {
      if (at < from) from = at;
      if (at > to) to = at;
      const hour = Math.floor(at / HOUR);
      this.#readings.set(hour, (this.#readings.get(hour) ?? 0) + 1);
    };
    for (const row of rows) {
      this.#rows += 1;
      this.#end = Math.max(this.#end, row.arrived);
      this.#readRow(row, seen);
    }
    if (from <= to) this.#chunks.push({ after, last, from, to });
  }

  #readRow({ seq, kind, body }: RawRow, visitor: ReadingVisitor): void {
    if (kind !== KIND.readings) return;
    readBody(body, {
      point: (no, id) => {
        this.#ids[no] = id;
      },
      reading: (no, at, value, mark) => {
        const point = this.#ids[no];
        if (point === undefined) throw new RangeError(`point number ${no} of row ${seq} has no id`);
        visitor({ seq, point, at, value, mark });
      },
    });
  }

  #rowsAfter(after: number): readonly RawRow[] {
    const known: Known = { segment: this.#segment, points: Math.max(0, this.#ids.length - 1) };
    const { segment, points, rows } = this.#tail.slice(after, known);
    if (segment !== this.#segment) this.#ids = [];
    this.#segment = segment;
    for (const { no, id } of points) this.#ids[no] = id;
    return rows;
  }
}
