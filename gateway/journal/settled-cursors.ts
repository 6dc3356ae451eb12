import { existsSync, renameSync, rmSync } from 'node:fs';
import { CONSUMERS, type Consumer } from '#model/consumer';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { Cursor, cursorPath } from './cursor.ts';
import { seqBefore } from './scan.ts';

export interface SettleOptions {
  /** The journal's folder. */
  readonly dir: string;
  /** Those that the site has. */
  readonly consumers: readonly Consumer[];
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * At a start: the place of a consumer that left the site is set aside, and taken up again when it comes back. A disk that
 * refuses stops no start: rows are kept for the site's consumers alone, and one without its place begins at the oldest.
 */
export function settleCursors(options: SettleOptions): void {
  const { dir, consumers, log } = options;
  try {
    for (const consumer of CONSUMERS) {
      if (consumers.includes(consumer)) takeUp(consumer, options);
      else setAside(consumer, options);
    }
  } catch (error) {
    log.warn(
      { err: error, dir },
      'the places of consumers could not be put in order; the next start tries again',
    );
  }
}

const asidePath = (path: string): string => `${path}.aside`;

function setAside(consumer: Consumer, { dir, log }: SettleOptions): void {
  const path = cursorPath(dir, consumer);
  if (!existsSync(path)) return;
  const seq = new Cursor(dir, consumer, log).get();
  renameSync(path, asidePath(path));
  log.warn(
    { consumer, seq },
    'a consumer of the journal left the site: rows wait for it no longer; when it comes back it goes on from here, as far as they are still there',
  );
}

function takeUp(consumer: Consumer, options: SettleOptions): void {
  const { dir, log } = options;
  const path = cursorPath(dir, consumer);
  const aside = asidePath(path);
  if (!existsSync(aside)) return;
  // A version that knew nothing of places set aside has begun again at the first row: its place is good for all of them.
  if (existsSync(path)) {
    rmSync(aside);
    return;
  }
  renameSync(aside, path);
  const seq = new Cursor(dir, consumer, log).get();
  log.info({ consumer, seq }, 'a consumer of the journal is back: it goes on where it was');
  tellOfSkipped(consumer, seq, options);
}

/** What expired while nobody asked for it: the consumer goes on at the oldest row that is left. */
function tellOfSkipped(consumer: Consumer, seq: number, { dir, log, meter }: SettleOptions): void {
  const gone = seqBefore(dir, Number.NEGATIVE_INFINITY);
  if (gone <= seq) return;
  meter.count('hygate_journal_errors_total', { reason: 'rows-expired' }, gone - seq);
  log.warn(
    { consumer, from: seq + 1, to: gone },
    'rows expired while a consumer of the journal was away: it does not get them, and goes on at the oldest that is left',
  );
}
