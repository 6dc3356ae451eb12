import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HygateError } from '#model/errors';
import type { Log } from '#model/log';
import { replaceFile } from './replace-file.ts';

/** Raised when an older Hygate must not start on a data folder any more, whichever of its files changed. */
export const DATA_VERSION = 1;

/** In a data folder: which Hygate wrote it last. Folders of before it was invented have none. */
export const VERSION_FILE = 'version.json';

interface DataVersion {
  readonly data: number;
  /** The program's version, for people. */
  readonly hygate: string;
}

/** Throws `journal-newer`, saying which version wrote the folder. Touches nothing. */
export function refuseNewerData(dir: string): void {
  const written = readVersion(dir);
  if (written === undefined || written.data <= DATA_VERSION) return;
  throw new HygateError(
    'journal-newer',
    `${dir} was written by Hygate ${written.hygate}, whose data (version ${written.data}) this Hygate does not know (up to ${DATA_VERSION}): start Hygate ${written.hygate} again, or restore a backup from before the upgrade`,
  );
}

/** Says that this version writes the folder from now on. A disk that takes nothing just now stops no start. */
export function stampData(dir: string, hygate: string, log: Log): void {
  const written = readVersion(dir);
  if (written?.data === DATA_VERSION && written.hygate === hygate) return;
  try {
    replaceFile(join(dir, VERSION_FILE), `${JSON.stringify({ data: DATA_VERSION, hygate })}\n`);
  } catch (error) {
    log.error(
      { err: error, dir },
      'which version writes the data folder could not be noted; the next start tries again',
    );
  }
}

/** Undefined when the folder does not say; what is written there is one line, and damage to it stops no start. */
function readVersion(dir: string): DataVersion | undefined {
  const path = join(dir, VERSION_FILE);
  if (!existsSync(path)) return undefined;
  try {
    const written = JSON.parse(readFileSync(path, 'utf8')) as Partial<DataVersion> | null;
    const { data, hygate } = written ?? {};
    return data !== undefined && Number.isInteger(data) ? { data, hygate: String(hygate) } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
