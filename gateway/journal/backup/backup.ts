import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';
import { dataFolderOf } from '../data-folder.ts';
import { FolderLock } from '../folder-lock.ts';
import { writeDurably } from '../replace-file.ts';
import { syncFolder } from '../segment.ts';
import { copyFile, PART } from './copy.ts';
import { type BackedUp, MANIFEST, type Manifest } from './manifest.ts';
import { checkPlace } from './place.ts';
import { inOrder, type SourceFile, sourceFiles } from './source-files.ts';

export interface BackupOptions {
  /** A data folder; the gateway may run. */
  readonly from: string;
  /** A folder of its own; one that holds a backup is brought up to date. */
  readonly to: string;
  readonly now: EpochMs;
}

export interface BackupReport {
  readonly files: number;
  /** Sealed segments that were there already. */
  readonly kept: number;
  readonly copiedBytes: number;
}

/**
 * Copies a data folder while its gateway runs. What it leaves is a data folder on which a gateway can start, at every
 * instant and whatever kills it: each file is made under another name, made durable and renamed, the segments first.
 * Throws `data-dir-unusable`, and `data-dir-in-use` when another backup or a gateway works in `to`.
 */
export async function backUp({ from, to, now }: BackupOptions): Promise<BackupReport> {
  dataFolderOf(from);
  checkPlace(from, to);
  makeFolder(to);
  const lock = new FolderLock(join(to, 'journal'));
  lock.take();
  try {
    // Another backup may have ended there meanwhile.
    const before = checkPlace(from, to);
    removeUnfinished(to);
    if (before === undefined) claim(to, now);
    const { copied, kept } = await copyAll(from, to, before);
    const older = (before?.files ?? []).filter(({ path }) => !has(copied, path) && !has(kept, path));
    install(to, { version: 1, at: now, files: [...copied, ...kept, ...older] }, copied);
    const copiedBytes = copied.reduce((sum, { bytes }) => sum + bytes, 0);
    return { files: copied.length, kept: kept.length, copiedBytes };
  } catch (error) {
    throw explain(error, from, to);
  } finally {
    lock.release();
  }
}

async function copyAll(from: string, to: string, before: Manifest | undefined) {
  const known = new Map(before?.files.map((file) => [file.path, file]));
  const copied: BackedUp[] = [];
  const kept: BackedUp[] = [];
  for (const file of sourceFiles(resolve(from))) {
    const there = known.get(file.path);
    if (there !== undefined && isThere(to, file, there)) kept.push(there);
    else {
      const copy = await copyFile(from, to, file);
      if (copy !== undefined) copied.push(copy);
    }
  }
  return { copied: await sealedMeanwhile(from, to, copied), kept };
}

/** A segment that was sealed since: one that was copied after it may say which file was sealed, and that is copied then. */
async function sealedMeanwhile(from: string, to: string, copied: readonly BackedUp[]): Promise<BackedUp[]> {
  const files = sourceFiles(resolve(from)).filter(({ kind }) => kind === 'sealed');
  const sealed = new Map(files.map((file) => [file.path, file]));
  const all: BackedUp[] = [];
  for (const copy of copied) {
    const file = copy.sealed ? undefined : sealed.get(copy.path);
    const newest = file === undefined ? copy : await copyFile(from, to, file);
    if (newest !== undefined) all.push(newest);
  }
  return all;
}

/** A sealed segment does not change: the size tells whether it is the one. */
const isThere = (to: string, file: SourceFile, there: BackedUp): boolean =>
  file.kind === 'sealed' &&
  there.sealed &&
  there.bytes === file.bytes &&
  statSync(join(to, file.path), { throwIfNoEntry: false })?.size === file.bytes;

/** In the opposite order of reading: a consumer is never ahead of the journal, whichever file is the last to be renamed. */
function install(to: string, manifest: Manifest, copied: readonly BackedUp[]): void {
  writeDurably(join(to, MANIFEST) + PART, `${JSON.stringify(manifest, null, 2)}\n`);
  const paths = inOrder(copied.map(({ path }) => path));
  const segments = paths.filter((path) => isSegment(path));
  for (const path of [...segments, ...paths.filter((path) => !isSegment(path)).toReversed(), MANIFEST]) {
    const target = join(to, path);
    // They belonged to the file before; none is of ours.
    for (const suffix of ['-wal', '-shm']) rmSync(target + suffix, { force: true });
    renameSync(target + PART, target);
    syncFolder(dirname(target));
  }
}

const isSegment = (path: string): boolean => path.startsWith('journal/segment-');

/** From now on the folder is a backup, though of nothing: the next one may go on in it. */
function claim(to: string, now: EpochMs): void {
  writeDurably(join(to, MANIFEST) + PART, `${JSON.stringify({ version: 1, at: now, files: [] })}\n`);
  renameSync(join(to, MANIFEST) + PART, join(to, MANIFEST));
  syncFolder(to);
}

/** What a killed backup left under its other names. */
function removeUnfinished(to: string): void {
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
    if (/\.part(-journal|-wal|-shm)?$/.test(name)) rmSync(join(to, name));
  }
}

function makeFolder(to: string): void {
  try {
    mkdirSync(to, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new HygateError('data-dir-unusable', `${to} cannot be made (${why}): give another folder`);
  }
}

const has = (files: readonly BackedUp[], path: string): boolean => files.some((file) => file.path === path);

function explain(error: unknown, from: string, to: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'ERR_SQLITE_ERROR'].includes(code)) return error;
  const why = error instanceof Error ? error.message : code;
  return new HygateError(
    'data-dir-unusable',
    `the backup of ${from} to ${to} could not be made (${why}): what was there before is as it was; look at the space and the rights of both`,
    { cause: error },
  );
}
