import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EpochMs } from '#model/time';
import { chainHash, follows, isStoredRow, type StoredRow } from './chain.ts';
import { type PointNames, readPointNames } from './point-names.ts';
import { openReadOnly, type Readable } from './read-only.ts';
import { isUnreadable, LOST_SEGMENT_ROWS, readMeta, type SegmentMeta, segmentPath } from './segment.ts';

/** Rows tried one by one beyond a damage; then by doubled steps, for there a whole branch of the tree is gone. */
const NEAR_ROWS = 64;

const NO_META: SegmentMeta = { first: Number.NaN, previousHash: new Uint8Array(0) };

/** One segment, opened for reading only. Whatever of it can be read is read, past what cannot. */
export class SegmentFile {
  readonly no: number;
  readonly #file: Readable;
  readonly #db: DatabaseSync;
  readonly #rows: StatementSync;
  readonly #upTo: StatementSync;
  readonly #next: StatementSync;
  readonly #points: StatementSync;
  readonly #meta: SegmentMeta;
  #names: PointNames | undefined;

  /** Throws what SQLite throws when it cannot even be opened. */
  constructor(dir: string, no: number) {
    this.no = no;
    this.#file = openReadOnly(segmentPath(dir, no));
    this.#db = this.#file.db;
    try {
      this.#rows = this.#db.prepare('SELECT * FROM entry WHERE seq > ? ORDER BY seq');
      this.#upTo = this.#db.prepare('SELECT * FROM entry WHERE seq <= ? ORDER BY seq DESC LIMIT 2');
      this.#next = this.#db.prepare('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT 1');
      this.#points = this.#db.prepare('SELECT no, id FROM point WHERE no > ? ORDER BY no');
      this.#meta = attempt(() => readMeta(this.#db), NO_META);
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** The seq of its first row. Said twice, by the meta table and by the row: the one that the chain proves is right. */
  get first(): number {
    const { first, previousHash } = this.#meta;
    const row = attempt(() => this.#next.get(-1), undefined);
    if (row === undefined || !isStoredRow(row)) return first;
    return Number.isNaN(first) || follows(previousHash, row) ? row.seq : first;
  }

  /** The rows after `seq` as they lie; `unreadable` stands for any number of rows that cannot be read. */
  *after(seq: number): Generator<StoredRow | 'unreadable'> {
    for (let at: number | undefined = seq; at !== undefined; ) {
      try {
        for (const row of this.#rows.iterate(at)) {
          at = onwards(at, row['seq']);
          yield isStoredRow(row) ? row : 'unreadable';
        }
        return;
      } catch (error) {
        if (!isUnreadable(error)) throw error;
      }
      yield 'unreadable';
      at = this.#pastDamage(at);
    }
  }

  /** What the hash of the row `seq` may be: as stored, and as it follows from the row before. */
  linksAfter(seq: number): Uint8Array[] {
    const rows = attempt(() => this.#upTo.all(seq), []).filter((row) => isStoredRow(row));
    const [last, before] = rows;
    if (last === undefined) return [this.#meta.previousHash];
    if (last.seq !== seq) return [];
    const previous = before?.seq === seq - 1 ? before.hash : this.#meta.previousHash;
    return [last.hash, chainHash(previous, last)];
  }

  /** The names of the points with numbers above `known`. */
  pointsAbove(known: number): { readonly no: number; readonly id: string }[] {
    const { ids } = this.names;
    if (known === 0) return [...ids].map(([no, id]) => ({ no, id }));
    const table = attempt(() => this.#points.all(known), []);
    return table.map((row) => ({
      no: Number(row['no']),
      id: ids.get(Number(row['no'])) ?? String(row['id']),
    }));
  }

  /** The newest row, proven or not; 0 when there is none or it cannot be read. */
  get last(): number {
    return this.#newest?.seq ?? 0;
  }

  get lastArrived(): EpochMs | null {
    return this.#newest?.arrived ?? null;
  }

  get names(): PointNames {
    this.#names ??= readPointNames(this.#db);
    return this.#names;
  }

  close(): void {
    this.#file.close();
  }

  get #newest(): StoredRow | undefined {
    const row = attempt(() => this.#upTo.get(Number.MAX_SAFE_INTEGER), undefined);
    return row !== undefined && isStoredRow(row) ? row : undefined;
  }

  /** A seq before the first row behind the damage that can be read; undefined when there is none. */
  #pastDamage(at: number): number | undefined {
    let [low, step] = [at, 1];
    while (!this.#canRead(low + step)) {
      low += step;
      if (low - at > LOST_SEGMENT_ROWS) return undefined;
      step = low - at < NEAR_ROWS ? 1 : step * 2;
    }
    for (let high = low + step; high - low > 1; ) {
      const middle = Math.floor((low + high) / 2);
      if (this.#canRead(middle)) high = middle;
      else low = middle;
    }
    return low + 1;
  }

  #canRead(after: number): boolean {
    return attempt(() => this.#next.get(after) !== undefined || true, false);
  }
}

/** Rows of a segment count on one by one: a seq that leaps is a damaged one, and must not lead the reader astray. */
export const onwards = (at: number, seq: unknown): number =>
  Number.isSafeInteger(seq) && Number(seq) > at && Number(seq) - at < LOST_SEGMENT_ROWS
    ? Number(seq)
    : at + 1;

function attempt<Answer>(ask: () => Answer, otherwise: Answer): Answer {
  try {
    return ask();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return otherwise;
  }
}
