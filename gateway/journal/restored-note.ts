import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EpochMs } from '#model/time';

/** What a restore leaves in the journal's folder for the first start on it, which journals it. */
export interface Restored {
  /** When it was restored. */
  readonly at: EpochMs;
  /** When the backup was begun: what was recorded later is not in it. */
  readonly backupAt: EpochMs;
  /** What of the backup was known to be damaged, in words; empty as a rule. */
  readonly damaged: readonly string[];
}

export const RESTORED_NOTE = 'restored.json';

/** Null when the folder did not come out of a backup, or a start has told of it already. */
export function readRestored(dir: string): Restored | null {
  const path = join(dir, RESTORED_NOTE);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Restored) : null;
}

export const forgetRestored = (dir: string): void => rmSync(join(dir, RESTORED_NOTE), { force: true });
