import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** How a file of a data folder is copied. */
export type CopyKind =
  /** A segment that is sealed: it never changes, so once is enough. */
  | 'sealed'
  /** A database that somebody may be writing to. */
  | 'database'
  | 'plain';

export interface SourceFile {
  /** Below the data folder, with `/`. */
  readonly path: string;
  readonly kind: CopyKind;
  readonly bytes: number;
}

/** What a start makes by itself, what is not finished, and what belongs to a database beside it. */
const LEFT_OUT = /(^|\/)(lock|ballast|manifest\.json|restored\.json)$|\.(new|part)$|-(wal|shm|journal)$/;
const SEGMENT = /^journal\/segment-\d{8}\.sqlite$/;
const WRITABLE = 0o200;

/**
 * Who reads the journal must not be ahead of it: first the consumers' places and what they made of the rows, then the
 * signed roots, and the segments last. Put in place in the opposite order, a backup is startable at every instant.
 */
const ORDER: readonly RegExp[] = [
  /^(journal\/)?cursor-/,
  /^alarms\.sqlite$/,
  /^journal\/history\.sqlite$/,
  /^(?!journal\/)/,
  /^journal\/(?!segment-)/,
  SEGMENT,
];

const rankOf = (path: string): number => ORDER.findIndex((pattern) => pattern.test(path));

/** The files of a data folder, in the order in which they are to be read. */
export function sourceFiles(dir: string): SourceFile[] {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .filter((path) => !LEFT_OUT.test(path));
  return inOrder(paths).flatMap((path) => {
    const stat = lstatSync(join(dir, path), { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return [{ path, kind: kindOf(path, stat.mode), bytes: stat.size }];
  });
}

/** Ranks, and names within a rank: segments by their numbers. */
export const inOrder = (paths: readonly string[]): string[] =>
  paths.toSorted((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1));

/** The sealer takes the right to write away when the file is whole. */
function kindOf(path: string, mode: number): CopyKind {
  if (SEGMENT.test(path) && (mode & WRITABLE) === 0) return 'sealed';
  return path.endsWith('.sqlite') ? 'database' : 'plain';
}
