import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { backup } from 'node:sqlite';
import { isCannotOpen, openReadOnly } from '../read-only.ts';
import type { BackedUp } from './manifest.ts';
import type { SourceFile } from './source-files.ts';

/** The name until it is whole. */
export const PART = '.part';
/** All pages in one step, in one read transaction: a writer is not held up, and no page is of another moment. */
const ALL_PAGES = 2 ** 31 - 1;
const CHUNK_BYTES = 2 ** 20;
const OWNER_ONLY = 0o600;
const READ_ONLY = 0o440;

/** Copies a file to its `.part` name, durably. Undefined when it is gone: it expired, or its name was taken over. */
export async function copyFile(from: string, to: string, file: SourceFile): Promise<BackedUp | undefined> {
  const source = join(from, file.path);
  const target = join(to, file.path) + PART;
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  rmSync(target, { force: true });
  try {
    if (file.kind === 'database') await copyDatabase(source, target);
    // Where the file system can, both names share the blocks.
    else copyFileSync(source, target, constants.COPYFILE_FICLONE);
  } catch (error) {
    rmSync(target, { force: true });
    if (isGone(error, source)) return undefined;
    throw error;
  }
  const sealed = file.kind === 'sealed';
  chmodSync(target, sealed ? READ_ONLY : OWNER_ONLY);
  return { path: file.path, sealed, ...syncAndHash(target) };
}

async function copyDatabase(source: string, target: string): Promise<void> {
  const { db, close } = openReadOnly(source);
  try {
    await backup(db, target, { rate: ALL_PAGES });
  } finally {
    close();
  }
}

/** Makes a file durable and says what it is. */
export function syncAndHash(path: string): { bytes: number; sha256: string } {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let bytes = 0;
    for (;;) {
      const read = readSync(file, chunk, 0, CHUNK_BYTES, bytes);
      if (read === 0) return { bytes, sha256: hash.digest('hex') };
      hash.update(chunk.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
}

/** SQLite says the same of a file that is gone and of one that it may not open: only the first is left out. */
const isGone = (error: unknown, source: string): boolean =>
  !existsSync(source) &&
  (isCannotOpen(error) || (error instanceof Error && 'code' in error && error.code === 'ENOENT'));
