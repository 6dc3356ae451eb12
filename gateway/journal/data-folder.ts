import { join } from 'node:path';
import { HygateError } from '#model/errors';
import { listSegments } from './segment.ts';

/** A journal's folder, or the data folder around it. Throws `data-dir-unusable` when there is no journal. */
export function journalFolderOf(dir: string): string {
  const folder = [join(dir, 'journal'), dir].find(hasSegments);
  if (folder !== undefined) return folder;
  throw new HygateError(
    'data-dir-unusable',
    `there is no journal in ${dir}: give a data folder, or its folder "journal"`,
  );
}

/** A gateway's data folder, with the journal in it. Throws `data-dir-unusable`. */
export function dataFolderOf(dir: string): string {
  if (journalFolderOf(dir) === join(dir, 'journal')) return dir;
  throw new HygateError('data-dir-unusable', `${dir} is a journal: give the data folder that it lies in`);
}

const NONE: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

function hasSegments(dir: string): boolean {
  try {
    return listSegments(dir).length > 0;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (NONE.has(code)) return false;
    throw new HygateError(
      'data-dir-unusable',
      `${dir} cannot be read (${message}): run this as the user that runs the gateway`,
      { cause: error },
    );
  }
}
