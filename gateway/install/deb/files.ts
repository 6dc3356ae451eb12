import { createHash } from 'node:crypto';
import {
  chmodSync,
  type Dirent,
  lstatSync,
  lutimesSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { type EpochMs, SECOND } from '#model/time';

/** Everything below a folder but folders, relative to it, in an order that no file system changes. */
export const filesBelow = (folder: string): readonly string[] =>
  entriesBelow(folder)
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, pathOf(entry)))
    .sort();

/** Removes the files that nobody needs, and folders that are empty then. */
export function prune(folder: string, isNeeded: (path: string) => boolean): void {
  for (const path of filesBelow(folder)) if (!isNeeded(path)) rmSync(join(folder, path));
  const folders = entriesBelow(folder).filter((entry) => entry.isDirectory());
  // The deepest first: a folder of empty folders is empty, too.
  for (const path of folders.map(pathOf).sort().reverse())
    if (readdirSync(path).length === 0) rmdirSync(path);
}

/** Rights and times that do not depend on who builds, and when. Readable by all, writable by root. */
export function normalise(folder: string, at: EpochMs): void {
  const links = entriesBelow(folder).filter((entry) => entry.isSymbolicLink());
  const others = entriesBelow(folder).filter((entry) => !entry.isSymbolicLink());
  for (const path of [folder, ...others.map(pathOf)]) chmodSync(path, isProgram(path) ? 0o755 : 0o644);
  for (const path of [folder, ...[...links, ...others].map(pathOf)])
    lutimesSync(path, at / SECOND, at / SECOND);
}

/** What dpkg keeps to find changed files: `dpkg --verify hygate`. */
export const md5sums = (root: string): string =>
  regularFiles(root)
    .map(
      (path) =>
        `${createHash('md5')
          .update(readFileSync(join(root, path)))
          .digest('hex')}  ${path}\n`,
    )
    .join('');

/** As a disk of 4 KiB blocks counts it. */
export const kibibytesOf = (root: string): number =>
  filesBelow(root).reduce((sum, path) => sum + 4 * Math.ceil(lstatSync(join(root, path)).size / 4096), 0);

const regularFiles = (root: string) =>
  filesBelow(root).filter((path) => lstatSync(join(root, path)).isFile());

const entriesBelow = (folder: string): Dirent[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true });

const pathOf = (entry: Dirent): string => join(entry.parentPath, entry.name);

const isProgram = (path: string): boolean => (lstatSync(path).mode & 0o100) !== 0;
