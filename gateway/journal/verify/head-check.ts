import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONSUMERS } from '#model/consumer';
import { silentLog } from '#model/log';
import { Cursor } from '../cursor.ts';
import { historyPath } from '../history-file.ts';
import { isUnreadable } from '../segment.ts';
import { openSnapshot } from './snapshot.ts';

/** Somebody who has seen the journal up to a row. */
export interface Witness {
  readonly name: string;
  readonly seq: number;
}

/**
 * How far each consumer of the journal says that it has come. A journal that ends before that has lost its end. To be
 * read before the newest segment is looked at: in a running gateway all of them go on.
 */
export function readWitnesses(dir: string): Witness[] {
  const cursors = CONSUMERS.map((consumer) => ({
    name: `cursor-${consumer}`,
    seq: new Cursor(dir, consumer, silentLog).get(),
  }));
  const history = ask(historyPath(dir), "SELECT value FROM meta WHERE key = 'cursor'");
  const position = ask(join(dirname(dir), 'alarms.sqlite'), 'SELECT doc FROM position');
  const alarms =
    typeof position === 'string' ? (JSON.parse(position) as { cursor?: unknown }).cursor : undefined;
  return [
    ...cursors,
    { name: 'history.sqlite', seq: Number(history ?? 0) },
    { name: 'alarms.sqlite', seq: Number(alarms ?? 0) },
  ].filter(({ seq }) => Number.isSafeInteger(seq));
}

/** The first column of the first row; undefined when there is none, or the file does not answer: it is no journal. */
function ask(path: string, sql: string): unknown {
  if (!existsSync(path)) return undefined;
  try {
    const snapshot = openSnapshot(path);
    try {
      const row = snapshot.db.prepare(sql).get();
      return row === undefined ? undefined : Object.values(row)[0];
    } finally {
      snapshot.close();
    }
  } catch (error) {
    if (isUnreadable(error) || (error instanceof Error && 'errcode' in error)) return undefined;
    throw error;
  }
}
