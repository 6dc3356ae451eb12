import { createHash, type Hash } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import { isBusy } from '../runtime/disk-error.ts';
import { listSegments, segmentPath, syncFolder } from './segment.ts';

/** What a segment was when it was sealed: the data of the event `segment-sealed`. */
export interface Seal {
  readonly segment: number;
  readonly firstSeq: number;
  /** Below `firstSeq` when there is no row. */
  readonly lastSeq: number;
  /** Of its last row, hex; null when there is none. */
  readonly hash: string | null;
  /** Of the whole file, hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** When its first and last rows arrived. */
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

export interface SealerOptions {
  readonly dir: string;
  /** Segments that the journal says are sealed already. */
  readonly sealed: ReadonlySet<number>;
  readonly onSealed: (seal: Seal) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** Hashed at once between two commits: some 2 ms. */
const SLICE_BYTES = 2 ** 20;
const READ_ONLY = 0o440;

interface Sealing {
  readonly no: number;
  readonly file: number;
  readonly hash: Hash;
  readonly rows: Omit<Seal, 'sha256' | 'bytes' | 'segment'>;
  bytes: number;
}

/**
 * Seals segments that are no longer written to: the WAL goes into the file, the file becomes one that SQLite reads
 * without a file beside it, on disk and read-only, and its SHA-256 goes into the journal. A slice at a time.
 */
export class Sealer {
  readonly #options: SealerOptions;
  readonly #done: Set<number>;
  readonly #slice = Buffer.alloc(SLICE_BYTES);
  #waiting: number[] = [];
  #later: number[] = [];
  #before = 0;
  #sealing: Sealing | undefined;

  constructor(options: SealerOptions) {
    this.#options = options;
    this.#done = new Set(options.sealed);
  }

  get busy(): boolean {
    return this.#sealing !== undefined || this.#waiting.length > 0;
  }

  /** All segments before this one are finished. */
  sealBefore(current: number): void {
    if (current === this.#before) return;
    this.#before = current;
    this.#waiting = listSegments(this.#options.dir).filter((no) => no < current && !this.#done.has(no));
  }

  /** Now and then: what a reader still held open is tried again. */
  tryAgain(): void {
    this.#waiting.push(...this.#later.splice(0));
  }

  step(): void {
    try {
      if (this.#sealing === undefined) this.#begin();
      else this.#hashOn(this.#sealing);
    } catch (error) {
      this.#failed(error);
    }
  }

  close(): void {
    if (this.#sealing !== undefined) closeSync(this.#sealing.file);
    this.#sealing = undefined;
  }

  #begin(): void {
    const no = this.#waiting[0];
    if (no === undefined) return;
    const path = segmentPath(this.#options.dir, no);
    const rows = closeDatabase(path);
    chmodSync(path, READ_ONLY);
    const file = openSync(path, 'r');
    this.#sealing = { no, file, rows, hash: createHash('sha256'), bytes: 0 };
    fsyncSync(file);
    syncFolder(this.#options.dir);
  }

  #hashOn(sealing: Sealing): void {
    const read = readSync(sealing.file, this.#slice, 0, SLICE_BYTES, sealing.bytes);
    sealing.hash.update(this.#slice.subarray(0, read));
    sealing.bytes += read;
    if (read === SLICE_BYTES) return;
    const { no, rows, bytes, hash } = sealing;
    this.close();
    this.#waiting.shift();
    this.#done.add(no);
    this.#options.onSealed({ segment: no, ...rows, sha256: hash.digest('hex'), bytes });
  }

  /** A reader that has it open is waited for; anything else is tried again at the next start. */
  #failed(error: unknown): void {
    this.close();
    const no = this.#waiting.shift();
    if (no === undefined) return;
    if (isBusy(error)) {
      this.#later.push(no);
      return;
    }
    this.#options.meter.count('hygate_journal_errors_total', { reason: 'seal' });
    this.#options.log.error(
      { segment: no, err: error },
      'a segment cannot be sealed; it is tried at the next start',
    );
  }
}

/** Everything in the one file, which needs no WAL from now on. Throws SQLITE_BUSY while somebody has it open. */
function closeDatabase(path: string): Sealing['rows'] {
  // A read-only mode does not hold up who runs as root, and must not hold up anybody else a second time.
  if ((statSync(path).mode & 0o200) === 0) chmodSync(path, 0o640);
  const db = new DatabaseSync(path, { timeout: 0 });
  try {
    db.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
    const [first, last] = ['ASC', 'DESC'].map((order) =>
      db.prepare(`SELECT seq, arrived, hash FROM entry ORDER BY seq ${order} LIMIT 1`).get(),
    );
    const meta = Number(db.prepare("SELECT value FROM meta WHERE key = 'first'").get()?.['value']);
    const hash = last?.['hash'] as Uint8Array | undefined;
    return {
      firstSeq: Number(first?.['seq'] ?? meta),
      lastSeq: Number(last?.['seq'] ?? meta - 1),
      hash: hash === undefined ? null : Buffer.from(hash).toString('hex'),
      from: first === undefined ? null : Number(first['arrived']),
      to: last === undefined ? null : Number(last['arrived']),
    };
  } finally {
    db.close();
  }
}
