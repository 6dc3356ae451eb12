import { existsSync, rmSync } from 'node:fs';
import type { Log } from '#model/log';
import { Cursor, cursorPath } from './cursor.ts';
import { replaceFile } from './replace-file.ts';

export interface MovedCursor {
  readonly consumer: string;
  /** The folder where versions before kept it, and where it belongs. */
  readonly from: string;
  readonly to: string;
  readonly log: Log;
}

/**
 * Brings a cursor to the folder where it belongs. Where there are two (a crash on the way, or an older version that ran in
 * between) the smaller one counts: twice does less harm than never. A disk that refuses costs no more than that.
 */
export function moveCursor({ consumer, from, to, log }: MovedCursor): void {
  const [before, path] = [cursorPath(from, consumer), cursorPath(to, consumer)];
  if (!existsSync(before)) return;
  try {
    const seq = new Cursor(from, consumer, log).get();
    if (!existsSync(path) || seq < new Cursor(to, consumer, log).get()) replaceFile(path, `${seq}\n`);
    rmSync(before);
    log.info({ file: path, seq }, 'a cursor was moved to where it belongs');
  } catch (error) {
    log.warn({ err: error, file: before }, 'a cursor could not be moved; the next start tries again');
  }
}
