import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { chainHash } from './chain.ts';
import { readPointNames } from './point-names.ts';
import { BUSY_MS, readMeta, segmentPath } from './segment.ts';

/** A row to be written; `hash` and `seq` are the writer's. */
export interface NewRow {
  readonly kind: number;
  readonly count: number;
  readonly body: Uint8Array;
}

/** The WAL is copied into the file when it is longer than this, outside a commit. */
const CHECKPOINT_BYTES = 4 * 2 ** 20;
/** Bytes that a row needs beside its body. */
const ROW_OVERHEAD = 60;

/** The one open segment that is written to. One instance per opening: what it knows is what the file says. */
export class SegmentWriter {
  readonly no: number;
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #insertPoint: StatementSync;
  readonly #numbers = new Map<string, number>();
  #lastNumber = 0;
  #newPoints: { readonly no: number; readonly id: string }[] = [];
  #head: number;
  #begun: number;
  #arrived: number;
  #hash: Uint8Array;
  #bytes: number;
  #sinceCheckpoint = 0;

  constructor(dir: string, no: number) {
    this.no = no;
    this.#path = segmentPath(dir, no);
    this.#db = new DatabaseSync(this.#path, { timeout: BUSY_MS });
    try {
      // Checkpoints are ours, between commits: SQLite would do them inside one and delay its acknowledgement.
      this.#db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864',
      );
      const meta = readMeta(this.#db);
      const last = this.#db.prepare('SELECT seq, arrived, hash FROM entry ORDER BY seq DESC LIMIT 1').get();
      this.#head = Number(last?.['seq'] ?? meta.first - 1);
      this.#arrived = Number(last?.['arrived'] ?? 0);
      const first = this.#db.prepare('SELECT arrived FROM entry ORDER BY seq LIMIT 1').get();
      this.#begun = Number(first?.['arrived'] ?? 0);
      this.#hash = (last?.['hash'] as Uint8Array | undefined) ?? meta.previousHash;
      // By the rows that define them: a number under a wrong name would make wrong readings for ever.
      for (const [no, id] of readPointNames(this.#db).ids) {
        this.#numbers.set(id, no);
        this.#lastNumber = Math.max(this.#lastNumber, no);
      }
      this.#insert = this.#db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)');
      this.#insertPoint = this.#db.prepare('INSERT INTO point VALUES (?, ?)');
      this.#bytes = statSync(this.#path).size;
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** The newest row, 0 before the first one ever. */
  get head(): number {
    return this.#head;
  }

  /** When the first row arrived; 0 in a segment without rows. */
  get begun(): number {
    return this.#begun;
  }

  /** When the newest row arrived; 0 in a segment without rows. */
  get arrived(): number {
    return this.#arrived;
  }

  get hash(): Uint8Array {
    return this.#hash;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The point's number here; `fresh` when it has to be defined in the row that is being made. */
  numberOf(id: string): { readonly no: number; readonly fresh: boolean } {
    const known = this.#numbers.get(id);
    if (known !== undefined) return { no: known, fresh: false };
    const no = ++this.#lastNumber;
    this.#numbers.set(id, no);
    this.#newPoints.push({ no, id });
    return { no, fresh: true };
  }

  /** All rows in one durable commit. When it throws, this instance is to be closed: its numbers are not the file's. */
  append(rows: readonly NewRow[], arrived: number): void {
    let [head, hash, bytes] = [this.#head, this.#hash, 0];
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      for (const { no, id } of this.#newPoints) this.#insertPoint.run(no, id);
      for (const { kind, count, body } of rows) {
        head += 1;
        hash = chainHash(hash, { seq: head, arrived, kind, body });
        this.#insert.run(head, arrived, kind, count, body, hash);
        bytes += body.length + ROW_OVERHEAD;
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
    this.#newPoints = [];
    this.#head = head;
    this.#hash = hash;
    if (this.#begun === 0) this.#begun = arrived;
    this.#arrived = arrived;
    this.#bytes += bytes;
    this.#sinceCheckpoint += Math.max(bytes, 2048);
  }

  /** Moves the WAL into the file when it has grown; a failure leaves it for the next time. */
  checkpointIfDue(): void {
    if (this.#sinceCheckpoint < CHECKPOINT_BYTES) return;
    this.#sinceCheckpoint = 0;
    this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** After a long reader the WAL may have grown beyond all bounds: cut it. */
  truncateIfLong(limitBytes: number): void {
    const wal = statSync(`${this.#path}-wal`, { throwIfNoEntry: false });
    if ((wal?.size ?? 0) > limitBytes) this.#truncate();
  }

  /** Writes into the file all that lies in the WAL, and cuts it. Throws when it cannot be had as a whole. */
  rewrite(): void {
    const { busy } = this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? {};
    if (busy !== 0) throw new Error(`${this.#path}-wal is in use and cannot be rewritten; it is tried again`);
  }

  close(): void {
    try {
      this.#truncate();
    } catch (error) {
      // A broken file or a full disk cannot be tidied; the rows are safe in the WAL.
      if (!(error instanceof Error && 'errcode' in error)) throw error;
    } finally {
      this.#db.close();
    }
  }

  /** Writes into the file what it can. Readings wait for this thread: it waits for no reader, such as a backup. */
  #truncate(): void {
    this.#db.exec('PRAGMA busy_timeout = 0');
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    }
  }
}
