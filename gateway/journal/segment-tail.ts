import { existsSync } from 'node:fs';
import type { Log } from '#model/log';
import { type Meter, silentMeter } from '#model/meter';
import type { StoredRow } from './chain.ts';
import { ChainCheck } from './chain-check.ts';
import { type Damage, DamageReport } from './damage.ts';
import { isStrange, isUnreadable, LOST_SEGMENT_ROWS, listSegments, segmentPath } from './segment.ts';
import { onwards, SegmentFile } from './segment-file.ts';

/** A row as it lies on disk, proven by the chain. */
export interface RawRow {
  readonly seq: number;
  readonly arrived: number;
  readonly kind: number;
  readonly body: Uint8Array;
}

/** What a reader knows already of a segment's point numbers, so that they need not be sent again. */
export interface Known {
  readonly segment: number;
  readonly points: number;
}

/** Some rows of one segment, and the point numbers that are new to the reader. */
export interface Slice {
  readonly segment: number;
  readonly points: readonly { readonly no: number; readonly id: string }[];
  readonly rows: readonly RawRow[];
  /** The newest seq looked at: behind the rows stand damaged ones sometimes, which are passed over. */
  readonly last: number;
}

export const NOTHING_KNOWN: Known = { segment: 0, points: 0 };
const SLICE_BYTES = 262_144;
const SLICE_ROWS = 512;

/** Where a reader stands between two slices, so that the next need not look back. */
interface Place {
  readonly segment: number;
  readonly row: StoredRow;
}

/**
 * Reads rows in order across the segments of a folder that somebody else writes. Rows that the chain does not prove
 * are passed over and told of, never given. Synchronous: for threads.
 */
export class SegmentTail {
  readonly #dir: string;
  readonly #report: DamageReport;
  readonly #firsts = new Map<number, number>();
  #open: SegmentFile | undefined;
  #place: Place | undefined;

  constructor(
    dir: string,
    log: Log,
    meter: Meter = silentMeter,
    onDamage: (damage: Damage) => void = () => {},
  ) {
    this.#dir = dir;
    this.#report = new DamageReport(log, meter, onDamage);
  }

  /** The rows after `seq`, as many as are sensible at once; no rows when there are none yet. */
  slice(seq: number, known: Known): Slice {
    let last = seq;
    for (let no = this.#segmentOf(seq + 1); no !== undefined; ) {
      // A later segment seen before the look into this one means that this one grows no more.
      const next = listSegments(this.#dir).find((later) => later > (no ?? 0));
      const slice = this.#read(no, last, known);
      if (slice.rows.length > 0 || next === undefined) return slice;
      last = Math.max(slice.last, this.#endBefore(no, next, slice.last));
      no = next;
    }
    return { segment: known.segment, points: [], rows: [], last };
  }

  /** The newest row of the folder, proven or not; 0 when there is none. */
  head(): number {
    for (const no of listSegments(this.#dir).reverse()) {
      const head = this.#attempt(no, (file) => file.last, 0);
      if (head > 0) return head;
    }
    return 0;
  }

  /** Lets the file go, so that it can be sealed. */
  close(): void {
    this.#open?.close();
    this.#open = undefined;
    this.#place = undefined;
  }

  #read(no: number, seq: number, known: Known): Slice {
    const nothing: Slice = { segment: no, points: [], rows: [], last: seq };
    const read = (file: SegmentFile): Slice => {
      const { rows, last } = this.#provenRows(file, Math.max(seq, file.first - 1));
      return { segment: no, points: rows.length === 0 ? [] : this.#points(file, known), rows, last };
    };
    return this.#attempt(no, read, nothing);
  }

  #points(file: SegmentFile, known: Known): Slice['points'] {
    if (file.names.tableWrong) this.#report.beside(file.no, 'the table of points');
    return file.pointsAbove(known.segment === file.no ? known.points : 0);
  }

  /** Ends at a row that is proven, or at the end of the file: whether the last row is good, the next one may say. */
  #provenRows(file: SegmentFile, from: number): { readonly rows: StoredRow[]; readonly last: number } {
    const check = new ChainCheck(this.#links(file, from));
    const rows: StoredRow[] = [];
    let [bytes, looked] = [0, from];
    for (const found of file.after(from)) {
      if (found !== 'unreadable') looked = onwards(looked, found.seq);
      for (const { row, proven } of found === 'unreadable' ? check.lost() : check.judge(found)) {
        const before = rows.at(-1);
        if (!proven || row.seq <= (before?.seq ?? from)) continue;
        this.#tellOfRowsBefore(row, file.no, before?.seq ?? from, before);
        rows.push(row);
        bytes += row.body.length;
      }
      if (bytes > SLICE_BYTES || rows.length >= SLICE_ROWS) break;
    }
    const row = rows.at(-1);
    if (row === undefined) return { rows, last: this.#endOfFile(file.no, from, looked) };
    this.#place = { segment: file.no, row };
    return { rows, last: row.seq };
  }

  /** Rows count on one by one inside a segment: what is not proven between two that are is damaged. */
  #tellOfRowsBefore(row: StoredRow, segment: number, last: number, before: StoredRow | undefined): void {
    if (row.seq === last + 1) return;
    const after = before?.arrived ?? this.#arrivedAt(segment, last);
    this.#report.rows({ segment, from: last + 1, to: row.seq - 1, after, before: row.arrived });
  }

  /** No row after `from` is proven; up to `looked` there are some. */
  #endOfFile(segment: number, from: number, looked: number): number {
    if (looked > from) {
      const after = this.#arrivedAt(segment, from);
      this.#report.rows({ segment, from: from + 1, to: looked, after, before: null });
    }
    return looked;
  }

  /** A segment that ends before the next one begins has lost its end. */
  #endBefore(no: number, next: number, last: number): number {
    const end = this.#firstOf(next) - 1;
    if (end <= last || next !== no + 1) return last;
    // The next one was begun far behind, as this one could not be added to: how much it lost, nobody knows.
    if (end - last >= LOST_SEGMENT_ROWS / 2) {
      this.#report.beside(no, 'its end');
      return last;
    }
    const after = this.#arrivedAt(no, last);
    this.#report.rows({ segment: no, from: last + 1, to: end, after, before: null });
    return end;
  }

  #arrivedAt(segment: number, seq: number): number | null {
    const { row } = this.#place ?? {};
    return this.#place?.segment === segment && row?.seq === seq ? row.arrived : null;
  }

  #links(file: SegmentFile, from: number): Uint8Array[] {
    const { segment, row } = this.#place ?? {};
    return segment === file.no && row?.seq === from ? [row.hash] : file.linksAfter(from);
  }

  #use(no: number): SegmentFile {
    if (this.#open?.no === no) return this.#open;
    this.#open?.close();
    this.#open = undefined;
    this.#open = new SegmentFile(this.#dir, no);
    return this.#open;
  }

  /** The last segment that begins at or before `seq`, else the first. */
  #segmentOf(seq: number): number | undefined {
    const open = this.#open;
    if (open !== undefined && this.#firstOf(open.no) <= seq) return open.no;
    const segments = listSegments(this.#dir);
    return segments.findLast((no) => this.#firstOf(no) <= seq) ?? segments[0];
  }

  /** Infinite when the segment says nothing: it is looked into only on the way from the one before. */
  #firstOf(no: number): number {
    const known = this.#firsts.get(no);
    if (known !== undefined) return known;
    const first = this.#attempt(no, (file) => file.first, Number.NaN);
    if (Number.isNaN(first)) return Number.POSITIVE_INFINITY;
    this.#firsts.set(no, first);
    return first;
  }

  /** A segment that cannot be opened at all is told of, and passed over. One that is gone is gone. */
  #attempt<Answer>(no: number, ask: (file: SegmentFile) => Answer, otherwise: Answer): Answer {
    try {
      return ask(this.#use(no));
    } catch (error) {
      const exists = existsSync(segmentPath(this.#dir, no));
      if (exists && !isUnreadable(error) && !isStrange(error)) throw error;
      this.close();
      if (exists) this.#report.beside(no, 'the whole file');
      return otherwise;
    }
  }
}
