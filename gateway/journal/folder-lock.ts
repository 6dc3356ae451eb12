import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HygateError } from '#model/errors';
import { HISTORY_VERSION, historyPath } from './history-file.ts';
import { listSegments, refuseNewer, segmentPath } from './segment.ts';

/**
 * Makes sure that the folder is ours alone before anything in it is touched. The lock is SQLite's own lock on the
 * file `lock`: the kernel drops it with the process, so that none is left over after kill -9.
 */
export class FolderLock {
  readonly #dir: string;
  #db: DatabaseSync | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Throws `data-dir-unusable`, `journal-newer` or `data-dir-in-use`. */
  take(): void {
    this.#makeFolder();
    for (const no of listSegments(this.#dir)) refuseNewer(segmentPath(this.#dir, no));
    const history = historyPath(this.#dir);
    if (existsSync(history)) refuseNewer(history, HISTORY_VERSION);
    this.#lock();
  }

  release(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  #makeFolder(): void {
    try {
      mkdirSync(this.#dir, { recursive: true });
      accessSync(this.#dir, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const text = `the data folder ${this.#dir} cannot be used (${why}): give the user that runs Hygate read and write rights, or another folder`;
      throw new HygateError('data-dir-unusable', text, { cause: error });
    }
  }

  #lock(): void {
    const path = join(this.#dir, 'lock');
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: 0 });
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db?.close();
      if (!isBusy(error)) {
        const text = `${path} cannot be locked: give the user that runs Hygate write rights, or another folder`;
        throw new HygateError('data-dir-unusable', text, { cause: error });
      }
      const text = `another Hygate runs on ${this.#dir}: stop it first, or give this one its own data folder`;
      throw new HygateError('data-dir-in-use', text, { cause: error });
    }
    this.#db = db;
  }
}

/** SQLITE_BUSY. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === 5;
