import { closeSync, fsyncSync, openSync, readdirSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HygateError } from '#model/errors';
import { isDamage as saysDamage } from '../runtime/disk-error.ts';

/** Version of the files of this folder, in `user_version` of each: bytes 60-63 of a SQLite file. */
export const FORMAT_VERSION = 1;

/** How long SQLite waits for a lock. */
export const BUSY_MS = 5_000;

export const KIND = { readings: 1, event: 2 } as const;

/**
 * Most commits are a few readings and write one page each: a small page, that the flash below wears less.
 */
const PAGE_BYTES = 1024;

const NAME = /^segment-(\d{8})\.sqlite$/;
const USER_VERSION_OFFSET = 60;

/** SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_CORRUPTFS. */
const READ_ERRORS: readonly unknown[] = [266, 522, 8458];

/** More rows than a segment can hold: what seqs jump by for each segment that is lost, so that none comes twice. */
export const LOST_SEGMENT_ROWS = 10_000_000;

/** As SQLite keeps them: a table that reads otherwise is not ours. */
export const SEGMENT_SCHEMA: readonly string[] = [
  'CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID',
  'CREATE TABLE point (no INTEGER PRIMARY KEY, id TEXT NOT NULL)',
  `CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    arrived INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL
  )`,
];
const SCHEMA = `${SEGMENT_SCHEMA.join(';\n')}; PRAGMA user_version = ${FORMAT_VERSION};`;

/** What a segment says of itself. */
export interface SegmentMeta {
  /** The seq of its first row, once it has one. */
  readonly first: number;
  /** Of the last row of the segment before. */
  readonly previousHash: Uint8Array;
}

export const segmentPath = (dir: string, no: number): string =>
  join(dir, `segment-${String(no).padStart(8, '0')}.sqlite`);

/** The numbers of the segments in the folder, ascending. */
export function listSegments(dir: string): number[] {
  const matches = readdirSync(dir).map((name) => NAME.exec(name)?.[1]);
  return matches
    .filter((no) => no !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Whole from the first moment under its name: made beside it, synced and renamed. */
export function createSegment(dir: string, no: number, meta: SegmentMeta): void {
  const path = segmentPath(dir, no);
  const unfinished = `${path}.new`;
  rmSync(unfinished, { force: true });
  const db = new DatabaseSync(unfinished);
  try {
    db.exec(
      `PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN; ${SCHEMA}`,
    );
    const insert = db.prepare('INSERT INTO meta VALUES (?, ?)');
    insert.run('version', FORMAT_VERSION);
    insert.run('segment', no);
    insert.run('first', meta.first);
    insert.run('previous-hash', meta.previousHash);
    db.exec('COMMIT');
  } finally {
    db.close();
  }
  renameSync(unfinished, path);
  syncFolder(dir);
}

export function readMeta(db: DatabaseSync): SegmentMeta {
  const get = db.prepare('SELECT value FROM meta WHERE key = ?');
  return {
    first: Number(get.get('first')?.['value']),
    previousHash: get.get('previous-hash')?.['value'] as Uint8Array,
  };
}

/**
 * Throws `journal-newer` when a database of the folder is of a later format. Reads the file's header only, as
 * opening it would already write beside it.
 */
export function refuseNewer(path: string, known = FORMAT_VERSION): void {
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, header.length, 0) < header.length) return;
  } finally {
    closeSync(file);
  }
  const version = header.readUInt32BE(USER_VERSION_OFFSET);
  if (!header.toString('latin1').startsWith('SQLite format 3') || version <= known) return;
  throw new HygateError(
    'journal-newer',
    `${path} is of format ${version}, this Hygate knows formats up to ${known}: start the newer Hygate that wrote it, or give another data folder`,
  );
}

/** Whether the file's content is broken, as against a full disk or a lock. */
export const isDamage = (error: unknown): boolean => saysDamage(error) || isNumberTooLarge(error);

/** Also a bad sector, SQLITE_IOERR_READ and its kin: what a reader has to pass over. */
export const isUnreadable = (error: unknown): boolean =>
  isDamage(error) || (error instanceof Error && 'errcode' in error && READ_ERRORS.includes(error.errcode));

/** We never write a number that JavaScript cannot hold: a bit of it was flipped. */
const isNumberTooLarge = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_OUT_OF_RANGE';

/** SQLITE_ERROR (1): a SQLite file, but without our tables. */
export const isStrange = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === 1;

export function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
