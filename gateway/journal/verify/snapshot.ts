import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { HygateError } from '#model/errors';
import { checkWal, type WalFacts } from './wal.ts';

/** A database as it stood at one moment, open for reading. Nothing beside the original is touched or made. */
export interface Snapshot {
  readonly db: DatabaseSync;
  /** Null when there is no log beside it. */
  readonly wal: WalFacts | null;
  close(): void;
}

/** A gateway that runs may write while it is copied: then again. */
const TRIES = 20;

/**
 * Opens the file as it lies. With a log beside it SQLite would write there, so both are copied first; a file alone is
 * opened as one that cannot change, which works on read-only media, too.
 */
export function openSnapshot(path: string): Snapshot {
  for (const file of [path, `${path}-wal`]) if (existsSync(file)) refuseUnreadable(file);
  if (existsSync(`${path}-wal`)) return openCopy(path);
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const db = new DatabaseSync(url, { readOnly: true });
  return { db, wal: null, close: () => db.close() };
}

/** Damage is one thing, a file of somebody else another. */
function refuseUnreadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (cause) {
    const text = `${file} cannot be read (${(cause as Error).message}): run this as the user that runs the gateway`;
    throw new HygateError('data-dir-unusable', text, { cause });
  }
}

function openCopy(path: string): Snapshot {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-verify-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  const copy = join(dir, basename(path));
  try {
    const wal = copyWhole(path, copy);
    const db = new DatabaseSync(copy);
    const close = () => {
      db.close();
      remove();
    };
    return { db, wal, close };
  } catch (error) {
    remove();
    throw error;
  }
}

/** The file and then its log: valid together when no checkpoint wrote to the file meanwhile and the log only grew. */
function copyWhole(path: string, copy: string): WalFacts {
  for (let tries = 1; ; tries++) {
    const before = state(path);
    copyFileSync(path, copy, constants.COPYFILE_FICLONE);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    const wal = existsSync(`${copy}-wal`) ? readFileSync(`${copy}-wal`) : Buffer.alloc(0);
    const facts = checkWal(wal);
    const after = state(path);
    const grew = after.walBytes !== before.walBytes;
    if (before.file === after.file && before.log === after.log && (facts.broken === null || !grew))
      return facts;
    if (tries === TRIES)
      throw new Error(
        `${path} is written to so fast that it cannot be copied: stop the gateway, or verify a backup`,
      );
  }
}

function state(path: string): { readonly file: string; readonly log: string; readonly walBytes: number } {
  const { mtimeNs, size } = statSync(path, { bigint: true });
  return { file: `${mtimeNs} ${size}`, log: walHeader(path), walBytes: walBytes(path) };
}

const walBytes = (path: string): number => statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;

/** Changes when the log is begun anew. */
function walHeader(path: string): string {
  if (!existsSync(`${path}-wal`)) return '';
  const header = Buffer.alloc(32);
  const file = openSync(`${path}-wal`, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header.toString('hex');
}
