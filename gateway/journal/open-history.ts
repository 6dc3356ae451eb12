import { existsSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '#model/log';
import { isBusy, isDiskFailure } from '../runtime/disk-error.ts';
import { abandonedPath, HISTORY_VERSION, historyPath } from './history-file.ts';
import { HistoryStore } from './history-store.ts';
import { HistoryDamage } from './hour-row.ts';
import { BUSY_MS, isUnreadable } from './segment.ts';

/**
 * Opens the history. One of an older version, or that is damaged, is made again of the segments; not one that the disk
 * refuses to open or that somebody holds: that throws what SQLite throws.
 */
export function openHistory(dir: string, log: Log): HistoryStore {
  const path = historyPath(dir);
  try {
    if (existsSync(abandonedPath(path))) throw new HistoryDamage(null, 'the history');
    if (existsSync(path) && versionOf(path) !== HISTORY_VERSION) {
      log.info({ file: path }, 'the history is of an older version and is rebuilt from the segments');
      removeHistory(path);
    }
    return new HistoryStore(dir);
  } catch (error) {
    if (isBusy(error) || (isDiskFailure(error) && !isUnreadable(error))) throw error;
    log.error({ file: path, err: error }, 'the history is damaged and is rebuilt from the segments');
    if (existsSync(path)) renameSync(path, `${path}.damaged`);
    removeHistory(path);
    return new HistoryStore(dir);
  }
}

function versionOf(path: string): number {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
  try {
    return Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  } finally {
    db.close();
  }
}

function removeHistory(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  rmSync(abandonedPath(path), { force: true });
}
