import { chmodSync, copyFileSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';
import { refuseNewerData } from '../data-version.ts';
import { HISTORY_VERSION, historyPath } from '../history-file.ts';
import { writeDurably } from '../replace-file.ts';
import { RESTORED_NOTE, type Restored } from '../restored-note.ts';
import { listSegments, refuseNewer, segmentPath, syncFolder } from '../segment.ts';
import type { Finding } from '../verify/findings.ts';
import { type VerifyReport, verifyJournal } from '../verify/verify.ts';
import { syncAndHash } from './copy.ts';
import { type BackedUp, type Manifest, readManifest } from './manifest.ts';
import { isEntangled } from './place.ts';
import { Staging } from './staging.ts';

export interface RestoreOptions {
  /** A backup. It is only read. */
  readonly from: string;
  /** A folder that is empty or not there. */
  readonly to: string;
  readonly now: EpochMs;
  /** Brings also a backup that is not whole: what is damaged is said in the journal. */
  readonly evenDamaged: boolean;
  /** Other parts make ready what of theirs must not simply go on. */
  readonly settle: (dataDir: string) => void;
}

export interface RestoreReport {
  readonly files: number;
  readonly bytes: number;
  readonly backupAt: EpochMs;
  readonly verified: VerifyReport;
  /** In words; empty unless damage was allowed. */
  readonly damaged: readonly string[];
}

const READ_ONLY = 0o440;
const OWNER_ONLY = 0o600;
const MOST_TOLD = 10;

/**
 * Puts a backup back into an empty folder, whole or not at all: each file must be what the manifest says, and the
 * journal what `hygate verify` finds whole. The first start on it journals that it was restored.
 * Throws `data-dir-unusable`, `backup-damaged`, and `journal-newer` for what a later version wrote.
 */
export async function restore(options: RestoreOptions): Promise<RestoreReport> {
  const { from, to } = options;
  const manifest = manifestOf(from);
  refuseNewerFiles(from);
  if (isEntangled(from, to))
    throw unusable(`${from} and ${to} lie one in the other: give a folder elsewhere`);
  const staging = new Staging(to);
  staging.open();
  try {
    const report = await fill(staging.dir, manifest, options);
    staging.giveToOwner();
    staging.install();
    return report;
  } catch (error) {
    staging.discard();
    throw explain(error, from, to);
  }
}

async function fill(dir: string, manifest: Manifest, options: RestoreOptions): Promise<RestoreReport> {
  const { from, now, evenDamaged, settle } = options;
  const broken = manifest.files.flatMap((file) => bring(file, from, dir));
  if (!evenDamaged) refuseDamaged(broken, options);
  const journal = join(dir, 'journal');
  const verified = await verifyJournal({ dir: journal, now });
  const damaged = [...broken, ...verified.findings.map(inWords)];
  if (!evenDamaged) refuseDamaged(damaged, options);
  settle(dir);
  const note: Restored = { at: now, backupAt: manifest.at, damaged };
  writeDurably(join(journal, RESTORED_NOTE), `${JSON.stringify(note)}\n`);
  for (const folder of [journal, dir]) syncFolder(folder);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { files: manifest.files.length, bytes, backupAt: manifest.at, verified, damaged };
}

/** Copies a file. Returns, in words, what is not as it was written. */
function bring(file: BackedUp, from: string, dir: string): string[] {
  const source = join(from, file.path);
  if (!existsSync(source)) return [`${file.path} is missing`];
  if (!isOwnFile(file.path, from)) return [`${file.path} is no file of its own`];
  const target = join(dir, file.path);
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  copyFileSync(source, target);
  chmodSync(target, OWNER_ONLY);
  const { bytes, sha256 } = syncAndHash(target);
  syncFolder(dirname(target));
  if (file.sealed) chmodSync(target, READ_ONLY);
  if (sha256 === file.sha256) return [];
  return [`${file.path} is not as the backup wrote it (${bytes} bytes, then ${file.bytes})`];
}

/** No link on the way, which could lead anywhere that root may read, and nothing that never ends. */
const isOwnFile = (path: string, from: string): boolean =>
  realpathSync(join(from, path)) === join(realpathSync(from), path) && statSync(join(from, path)).isFile();

function refuseDamaged(damaged: readonly string[], { from, to }: RestoreOptions): void {
  if (damaged.length === 0) return;
  const more = damaged.length > MOST_TOLD ? [`… and ${damaged.length - MOST_TOLD} more`] : [];
  const list = [...damaged.slice(0, MOST_TOLD), ...more].map((text) => `  ${text}`).join('\n');
  throw new HygateError(
    'backup-damaged',
    `the backup ${from} is damaged, and ${to} was left as it was:\n${list}\nTake another backup. With --even-damaged what is good of this one is restored, and the journal says that it was not whole`,
  );
}

function manifestOf(from: string): Manifest {
  if (!existsSync(from) || !statSync(from).isDirectory()) throw unusable(`there is no backup in ${from}`);
  const manifest = readManifest(from);
  if (manifest === undefined)
    throw unusable(
      `${from} is no backup: it has no manifest.json. Give what hygate backup made; a data folder is copied by hygate backup only`,
    );
  if (manifest.files.length === 0)
    throw unusable(`the backup ${from} was begun and has not ended: make it once more with hygate backup`);
  const stray = manifest.files.find(({ path }) => isAbsolute(path) || normalize(path).startsWith('..'));
  if (stray !== undefined)
    throw unusable(`the manifest of ${from} names ${stray.path}, which lies elsewhere`);
  return manifest;
}

/** Before anything is copied: an older Hygate could not start on it. */
function refuseNewerFiles(from: string): void {
  refuseNewerData(from);
  const journal = join(from, 'journal');
  if (!existsSync(journal)) return;
  for (const no of listSegments(journal)) refuseNewer(segmentPath(journal, no));
  const history = historyPath(journal);
  if (existsSync(history)) refuseNewer(history, HISTORY_VERSION);
}

const inWords = ({ segment, text }: Finding): string =>
  segment === null ? `journal: ${text}` : `journal, segment ${segment}: ${text}`;

function explain(error: unknown, from: string, to: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EIO', 'ENOENT', 'ERR_SQLITE_ERROR'].includes(code))
    return error;
  const why = error instanceof Error ? error.message : code;
  return unusable(
    `${from} could not be restored to ${to} (${why}): look at the space and the rights of both`,
    error,
  );
}

const unusable = (text: string, cause?: unknown): HygateError =>
  new HygateError('data-dir-unusable', text, cause === undefined ? {} : { cause });
