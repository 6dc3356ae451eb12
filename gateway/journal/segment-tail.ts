import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Log } from '#model/log';
import { BUSY_MS, isDamage, listSegments, readMeta, segmentPath } from './segment.ts';

/** A row as it lies on disk. */
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
}

export const NOTHING_KNOWN: Known = { segment: 0, points: 0 };
const SLICE_BYTES = 262_144;
const SLICE_ROWS = 512;

interface Open {
  readonly no: number;
  readonly db: DatabaseSync;
  readonly rows: StatementSync;
  readonly points: StatementSync;
}

/** Reads rows in order across the segments of a folder that somebody else writes. Synchronous: for threads. */
export class SegmentTail {
  readonly #dir: string;
  readonly #log: Log;
  readonly #firsts = new Map<number, number>();
  #open: Open | undefined;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
  }

  /** The rows after `seq`, as many as are sensible at once; no rows when there are none yet. */
  slice(seq: number, known: Known): Slice {
    for (let no = this.#segmentOf(seq + 1); no !== undefined; ) {
      // A later segment seen before the look into this one means that this one grows no more.
      const next = listSegments(this.#dir).find((later) => later > (no ?? 0));
      const slice = this.#read(no, seq, known);
      if (slice.rows.length > 0 || next === undefined) return slice;
      no = next;
    }
    return { segment: known.segment, points: [], rows: [] };
  }

  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  #read(no: number, seq: number, known: Known): Slice {
    try {
      const { rows, points } = this.#use(no);
      const found: RawRow[] = [];
      let bytes = 0;
      for (const row of rows.iterate(seq, SLICE_ROWS)) {
        found.push(row as unknown as RawRow);
        bytes += (row['body'] as Uint8Array).length;
        if (bytes > SLICE_BYTES) break;
      }
      const from = known.segment === no ? known.points : 0;
      const fresh = found.length === 0 ? [] : points.all(from);
      return { segment: no, points: fresh as unknown as Slice['points'], rows: found };
    } catch (error) {
      if (!isDamage(error) && existsSync(segmentPath(this.#dir, no))) throw error;
      this.#log.error(
        { segment: no, after: seq, err: error },
        'a segment is damaged: the rest of it is skipped',
      );
      this.close();
      return { segment: no, points: [], rows: [] };
    }
  }

  #use(no: number): Open {
    if (this.#open?.no === no) return this.#open;
    this.close();
    const db = new DatabaseSync(segmentPath(this.#dir, no), { readOnly: true, timeout: BUSY_MS });
    this.#open = {
      no,
      db,
      rows: db.prepare('SELECT seq, arrived, kind, body FROM entry WHERE seq > ? ORDER BY seq LIMIT ?'),
      points: db.prepare('SELECT no, id FROM point WHERE no > ? ORDER BY no'),
    };
    return this.#open;
  }

  /** The last segment that begins at or before `seq`, else the first. */
  #segmentOf(seq: number): number | undefined {
    const open = this.#open;
    if (open !== undefined && this.#firstOf(open.no) <= seq) return open.no;
    const segments = listSegments(this.#dir);
    return segments.findLast((no) => this.#firstOf(no) <= seq) ?? segments[0];
  }

  #firstOf(no: number): number {
    const known = this.#firsts.get(no);
    if (known !== undefined) return known;
    try {
      const { first } = readMeta(this.#use(no).db);
      this.#firsts.set(no, first);
      return first;
    } catch (error) {
      if (!isDamage(error) && existsSync(segmentPath(this.#dir, no))) throw error;
      this.close();
      return Number.POSITIVE_INFINITY;
    }
  }
}
