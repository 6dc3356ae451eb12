import type { DatabaseSync } from 'node:sqlite';
import { readDefinitions } from './body.ts';
import { follows, isStoredRow, type StoredRow } from './chain.ts';
import { isDamage, KIND, readMeta } from './segment.ts';

/** What the point numbers of a segment mean. */
export interface PointNames {
  readonly ids: ReadonlyMap<number, string>;
  /** The table `point` is not what the rows say; the rows are right. */
  readonly tableWrong: boolean;
}

/**
 * The names of a segment's points. The table is only an index: what the rows define is under the chain, and a
 * reading under a wrong name would be a wrong value. A name whose row is damaged is taken from the table.
 */
export function readPointNames(db: DatabaseSync): PointNames {
  const table = readTable(db);
  const ids = new Map(table);
  let tableWrong = table === undefined;
  const found = new Set<number>();
  for (const row of definingRows(db)) {
    if (!isProven(db, row)) continue;
    readDefinitions(row.body, (no, id) => {
      found.add(no);
      if (ids.get(no) === id) return;
      tableWrong = true;
      ids.set(no, id);
    });
    // Points are defined by a segment's first rows: the others need not be looked through.
    if (found.size === ids.size && !tableWrong) break;
  }
  return { ids, tableWrong: tableWrong || found.size < ids.size };
}

function readTable(db: DatabaseSync): [number, string][] | undefined {
  try {
    const rows = db.prepare('SELECT no, id FROM point ORDER BY no').all();
    return rows.map((row) => [Number(row['no']), String(row['id'])]);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return undefined;
  }
}

/** The rows of readings that define a point: their body does not begin with a zero. As far as they can be read. */
function* definingRows(db: DatabaseSync): Generator<StoredRow> {
  const query = db.prepare(
    `SELECT * FROM entry WHERE kind = ${KIND.readings} AND substr(body, 1, 1) <> x'00' ORDER BY seq`,
  );
  try {
    for (const row of query.iterate()) if (isStoredRow(row)) yield row;
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
}

function isProven(db: DatabaseSync, row: StoredRow): boolean {
  try {
    const before = db.prepare('SELECT hash FROM entry WHERE seq = ?').get(row.seq - 1)?.['hash'];
    return follows((before as Uint8Array | undefined) ?? readMeta(db).previousHash, row);
  } catch (error) {
    if (!isDamage(error)) throw error;
    return false;
  }
}
