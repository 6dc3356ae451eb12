import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { BUSY_MS } from './segment.ts';
import { openSnapshot } from './verify/snapshot.ts';

/** A database that is only read. */
export interface Readable {
  readonly db: DatabaseSync;
  close(): void;
}

/** SQLITE_CANTOPEN. */
const CANNOT_OPEN = 14;

/**
 * Opens a database that a gateway may be writing to. SQLite reads it with files beside it, `-wal` and `-shm`, and makes
 * them where there are none; where nothing can be made (read-only media), what lies there cannot change either, and is
 * opened so. Throws what SQLite throws.
 */
export function openReadOnly(path: string): Readable {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    db.exec('PRAGMA schema_version');
    return { db, close: () => db.close() };
  } catch (error) {
    db.close();
    if (!isCannotOpen(error) || !existsSync(path)) throw error;
    return openSnapshot(path);
  }
}

/** As SQLite says it of a file that is not there, and of one that it cannot open. */
export const isCannotOpen = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === CANNOT_OPEN;
