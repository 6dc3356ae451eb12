import type { DatabaseSync } from 'node:sqlite';
import type { JournalEvent } from '#model/journal';
import { decodeEvent } from './entries.ts';

/** The newest event of one of the types in a history file, by its row. */
export function lastEvent(db: DatabaseSync, types: readonly string[]): JournalEvent | null {
  const places = types.map(() => '?').join(', ');
  const newest = `SELECT body FROM event WHERE type IN (${places}) ORDER BY seq DESC LIMIT 1`;
  const body = db.prepare(newest).get(...types)?.['body'];
  return body === undefined ? null : decodeEvent(body as Uint8Array);
}
