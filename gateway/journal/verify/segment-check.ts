import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { FORMAT_VERSION, isStrange, isUnreadable, SEGMENT_SCHEMA, segmentPath } from '../segment.ts';
import type { FindingKind, Findings } from './findings.ts';
import { RowCheck } from './row-check.ts';
import type { RowVisitor, SegmentFacts } from './segment-facts.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';

export interface SegmentCheckOptions {
  readonly dir: string;
  readonly no: number;
  /** The newest: it may be written to, and its file is not yet sealed. */
  readonly isOpen: boolean;
  /** Taken before, so that what was looked at earlier is not newer than it. */
  readonly snapshot?: Snapshot | undefined;
  readonly findings: Findings;
  readonly visitor: RowVisitor;
}

/** Everything that one segment can be asked. Undefined when it cannot even be opened. */
export async function checkSegment(options: SegmentCheckOptions): Promise<SegmentFacts | undefined> {
  const { dir, no, isOpen, findings } = options;
  const path = segmentPath(dir, no);
  let snapshot: Snapshot | undefined;
  try {
    snapshot = options.snapshot ?? openSnapshot(path);
    if (snapshot.wal?.broken) {
      findings.add('wal-changed', `the log beside segment ${no}: ${snapshot.wal.broken}`, { segment: no });
    }
    const sha256 = isOpen ? null : await hashFile(path);
    return { ...checkDatabase(snapshot.db, options), sha256 };
  } catch (error) {
    if (!isUnreadable(error) && !isStrange(error)) throw error;
    const text = `segment ${no} cannot be read (${error instanceof Error ? error.message : error}): none of its rows can be checked`;
    findings.add('file-damaged', text, { segment: no });
    return undefined;
  } finally {
    snapshot?.close();
  }
}

function checkDatabase(db: DatabaseSync, options: SegmentCheckOptions): Omit<SegmentFacts, 'sha256'> {
  const { no, findings, visitor } = options;
  const add = (kind: FindingKind, text: string) => findings.add(kind, text, { segment: no });
  // A page that cannot be read hides what stands on it, and nothing else.
  const tryTo = <Answer>(what: string, check: () => Answer, otherwise: Answer): Answer => {
    try {
      return check();
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      add('file-damaged', `${what} of segment ${no} cannot be read (${(error as Error).message})`);
      return otherwise;
    }
  };
  tryTo('the form', () => checkForm(db, no, add), undefined);
  const start = tryTo('the meta table', () => checkMeta(db, no, add), NO_META);
  const rows = new RowCheck(no, start, findings, visitor);
  walkRows(db, rows, add);
  tryTo('the table of points', () => checkPoints(db, rows, add), undefined);
  return {
    ...{ no, first: start.first, previousHash: hex(start.previousHash) },
    ...{ last: rows.last, lastHash: hex(rows.hash), lastArrived: rows.arrived },
    ...{ rows: rows.rows, readings: rows.readings },
  };
}

const NO_META = { first: 1, previousHash: new Uint8Array(32) };

type Add = (kind: FindingKind, text: string) => void;

/** The database as such: its pages, its schema, its version. */
function checkForm(db: DatabaseSync, no: number, add: Add): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  if (version !== FORMAT_VERSION) add('meta-changed', `segment ${no} says that it is of format ${version}`);
  const schema = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const expected = [...SEGMENT_SCHEMA].sort();
  const found = schema.map((row) => String(row['sql'])).sort();
  if (found.join() !== expected.join())
    add('meta-changed', `the tables of segment ${no} are not those of a segment`);
  const others = db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE type <> 'table'").get()?.['n'];
  if (others !== 0)
    add('meta-changed', `segment ${no} has indexes, views or triggers that do not belong there`);
  for (const row of db.prepare('PRAGMA integrity_check(5)').all()) {
    if (row['integrity_check'] !== 'ok') add('file-damaged', `segment ${no}: ${row['integrity_check']}`);
  }
}

function checkMeta(db: DatabaseSync, no: number, add: Add): { first: number; previousHash: Uint8Array } {
  const meta = new Map(
    db
      .prepare('SELECT key, value FROM meta')
      .all()
      .map((row) => [row['key'], row['value']]),
  );
  const [first, previousHash] = [Number(meta.get('first')), meta.get('previous-hash')];
  const isHash = previousHash instanceof Uint8Array && previousHash.length === 32;
  const isWell = meta.size === 4 && meta.get('version') === FORMAT_VERSION && meta.get('segment') === no;
  if (!isWell || !isHash || !Number.isSafeInteger(first)) {
    add('meta-changed', `what segment ${no} says of itself is not what was written`);
  }
  return { first, previousHash: isHash ? previousHash : new Uint8Array(32) };
}

/** As far as the pages can be read; what comes behind is missing then. */
function walkRows(db: DatabaseSync, rows: RowCheck, add: Add): void {
  try {
    for (const row of db.prepare('SELECT * FROM entry ORDER BY seq').iterate()) rows.take(row);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const what = error instanceof Error ? error.message : String(error);
    add('row-unreadable', `the rows after ${rows.last} cannot be read (${what})`);
  }
}

/** The table of points is an index over the definitions in the rows. */
function checkPoints(db: DatabaseSync, { defined }: RowCheck, add: Add): void {
  const table = db.prepare('SELECT no, id FROM point ORDER BY no').all();
  const wrong = table.filter((row) => defined.get(Number(row['no'])) !== row['id']);
  for (const row of wrong)
    add('points-changed', `the table of points says that ${row['no']} is "${row['id']}"; the rows do not`);
  const missing = defined.size - (table.length - wrong.length);
  if (missing > 0) add('points-changed', `the table of points lacks ${missing} points that the rows define`);
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const slice of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(slice as Buffer);
  return hash.digest('hex');
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
