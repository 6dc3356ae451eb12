import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BUSY_MS } from './segment.ts';
import { openSnapshot } from './verify/snapshot.ts';

/** A database that is only read. */
export interface Readable {
  readonly db: DatabaseSync;
  close(): void;
}

/** SQLITE_CANTOPEN, SQLITE_READONLY and its kin. */
const CANNOT_OPEN = 14;
const READ_ONLY = 8;

/**
 * Opens a database that a gateway may be writing to. SQLite reads it with files beside it, `-wal` and `-shm`, and makes
 * them where there are none; where nothing can be made (read-only media, somebody else's folder), it is opened as it
 * lies. Throws what SQLite throws, and `data-dir-unusable` for a file that may not be read.
 */
export function openReadOnly(path: string): Readable {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    db.exec('PRAGMA schema_version');
    const opened = db;
    return { db, close: () => opened.close() };
  } catch (error) {
    db?.close();
    if (!(isCannotOpen(error) || isReadOnly(error)) || !existsSync(path)) throw error;
    return openSnapshot(path);
  }
}

/** As SQLite says it of a file that is not there, and of one that it cannot open. */
export const isCannotOpen = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === CANNOT_OPEN;

const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === READ_ONLY;
