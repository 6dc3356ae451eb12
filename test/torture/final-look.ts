import { DatabaseSync } from 'node:sqlite';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { realClock } from '#model/time';
import { CHAIN_START, type ChainedRow, chainHash } from '../../gateway/journal/chain.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { listSegments, readMeta, segmentPath } from '../../gateway/journal/segment.ts';
import { KEYS, type Oracle } from './oracle.ts';

const LAST_TIME = 4e12;
const MOST = 10_000_000;

/** Follows the hashes from the first row to the last. Returns the number of segments; throws where the chain breaks. */
export function followChain(dir: string): number {
  let hash = CHAIN_START;
  const segments = listSegments(dir);
  for (const no of segments) {
    const db = new DatabaseSync(segmentPath(dir, no), { readOnly: true });
    try {
      if (!same(readMeta(db).previousHash, hash))
        throw new Error(`segment ${no} does not follow the one before`);
      for (const row of db
        .prepare('SELECT seq, arrived, kind, body, hash FROM entry ORDER BY seq')
        .iterate()) {
        hash = chainHash(hash, row as unknown as ChainedRow);
        if (!same(row['hash'] as Uint8Array, hash)) throw new Error(`row ${row['seq']} breaks the chain`);
      }
    } finally {
      db.close();
    }
  }
  return segments.length;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/** Throws when the history, made anew after each kill, does not tell the same as the rows. */
export async function compareHistory(dir: string, oracles: ReadonlyMap<string, Oracle>): Promise<void> {
  const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
  await journal.start();
  try {
    for (const [device, oracle] of oracles) {
      oracle.look();
      for (const [place, key] of KEYS.entries()) {
        const readings = await journal.history.readings(`${device}.${key}`, 0, LAST_TIME, MOST);
        for (const { at, value } of readings) oracle.see(place, at, value ?? Number.NaN);
      }
    }
  } finally {
    await journal.stop();
  }
}
