import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalEvent } from '#model/journal';
import { chainHash, type StoredRow } from '../../gateway/journal/chain.ts';
import { KIND, listSegments, segmentPath } from '../../gateway/journal/segment.ts';
import { openSnapshot } from '../../gateway/journal/verify/snapshot.ts';

/** A number from 0 to below `limit`. Seeded by whoever gives it. */
export type Pick = (limit: number) => number;

/** A copy of the folder for one change; removed by `close`. */
export function copyFolder(dir: string): { readonly dir: string; close(): void } {
  const copy = mkdtempSync(join(tmpdir(), 'hygate-changed-'));
  cpSync(dir, copy, { recursive: true });
  return { dir: copy, close: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Changes one byte of a segment, a log or the roots. Says which. */
export function flipByte(dir: string, pick: Pick): string {
  const files = readdirSync(dir).filter((name) => /^segment-\d+\.sqlite(-wal)?$|^roots\.ndjson$/.test(name));
  const name = files[pick(files.length)] ?? '';
  const bytes = readFileSync(join(dir, name));
  const at = pick(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
  writeFileSync(join(dir, name), bytes);
  return `${name} byte ${at}`;
}

/** Changes that somebody makes who knows SQLite, and some that know the chain. Each says what it did. */
export const FORGERIES: Readonly<Record<string, (dir: string, pick: Pick) => void>> = {
  'a row is removed': (dir, pick) =>
    inSegment(dir, pick, (db, seq) => db.prepare('DELETE FROM entry WHERE seq = ?').run(seq)),
  'a row is put in twice': (dir, pick) =>
    inSegment(dir, pick, (db, seq) =>
      db
        .prepare(
          'INSERT INTO entry SELECT (SELECT max(seq) + 1 FROM entry), arrived, kind, count, body, hash FROM entry WHERE seq = ?',
        )
        .run(seq),
    ),
  'two rows change places': (dir, pick) => inSegment(dir, pick, swapRows),
  'a row is written anew, and its hash': (dir, pick) =>
    inSegment(dir, pick, (db, seq) => rewrite(db, seq, 1)),
  // In a segment with a successor: what nobody signed yet can be written anew by who owns the box.
  'all rows from one on are written anew, with their hashes': (dir, pick) =>
    inSegment(dir, pick, (db, seq) => rewrite(db, seq, Number.POSITIVE_INFINITY), { to: -1 }),
  'a count is changed': (dir, pick) =>
    inSegment(dir, pick, (db, seq) =>
      db.prepare('UPDATE entry SET count = count + 1 WHERE seq = ?').run(seq),
    ),
  'a time of arrival is changed': (dir, pick) =>
    inSegment(dir, pick, (db, seq) =>
      db.prepare('UPDATE entry SET arrived = arrived + 1 WHERE seq = ?').run(seq),
    ),
  'two points change names': (dir, pick) =>
    inSegment(dir, pick, (db) => {
      db.exec("UPDATE point SET id = 'x' WHERE no = 1");
    }),
  'a table is added': (dir, pick) => inSegment(dir, pick, (db) => db.exec('CREATE TABLE note (text)')),
  'what a segment follows on is changed': (dir, pick) =>
    inSegment(
      dir,
      pick,
      (db) => db.exec("UPDATE meta SET value = zeroblob(32) WHERE key = 'previous-hash'"),
      { from: 1 },
    ),
  'a file is cut': (dir, pick) => {
    // Of a finished one: the pages of the open one may all stand newer in its log.
    const path = segmentPath(dir, 1 + pick(listSegments(dir).length - 1));
    truncateSync(path, Math.max(1, pick(readFileSync(path).length)));
  },
  'a segment is removed': (dir, pick) => removeSegment(anySegment(dir, pick)),
  'two segments change places': (dir) => {
    const [a, b] = [segmentPath(dir, 1), segmentPath(dir, 2)];
    const first = readFileSync(a);
    writeFileSync(a, readFileSync(b));
    writeFileSync(b, first);
  },
  'the log is removed': (dir) => {
    const newest = segmentPath(dir, listSegments(dir).at(-1) ?? 0);
    for (const suffix of ['-wal', '-shm']) rmSync(newest + suffix, { force: true });
  },
  'the log is cut': (dir, pick) => {
    const log = `${segmentPath(dir, listSegments(dir).at(-1) ?? 0)}-wal`;
    // Below the last signed root: what nobody has seen nobody can miss.
    truncateSync(log, pick(Math.floor(readFileSync(log).length / 2)));
  },
  'a root is removed': (dir, pick) => {
    const path = join(dir, 'roots.ndjson');
    const lines = readFileSync(path, 'utf8').split('\n');
    lines.splice(pick(lines.length - 1), 1);
    writeFileSync(path, lines.join('\n'));
  },
};

const anySegment = (dir: string, pick: Pick): string => {
  const numbers = listSegments(dir);
  return segmentPath(dir, numbers[pick(numbers.length)] ?? 1);
};

function removeSegment(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

/** One of the segments (`from` and `to` as in `slice`), and a row of it that is neither its first nor its last. */
function inSegment(
  dir: string,
  pick: Pick,
  change: (db: DatabaseSync, seq: number) => unknown,
  { from = 0, to }: { readonly from?: number; readonly to?: number } = {},
): void {
  const numbers = listSegments(dir).slice(from, to);
  const db = new DatabaseSync(segmentPath(dir, numbers[pick(numbers.length)] ?? 1));
  const rows = db.prepare('SELECT seq FROM entry ORDER BY seq').all();
  change(db, Number(rows[1 + pick(rows.length - 2)]?.['seq']));
  db.close();
}

function swapRows(db: DatabaseSync, seq: number): void {
  db.exec(`
    UPDATE entry SET seq = -1 WHERE seq = ${seq};
    UPDATE entry SET seq = ${seq} WHERE seq = ${seq + 1};
    UPDATE entry SET seq = ${seq + 1} WHERE seq = -1;`);
}

/** The last byte of a row's body is changed, and the hashes of so many rows made to agree. */
function rewrite(db: DatabaseSync, seq: number, hashes: number): void {
  const rows = db
    .prepare('SELECT * FROM entry WHERE seq >= ? ORDER BY seq')
    .all(seq - 1) as unknown as StoredRow[];
  let previous = rows[0]?.hash ?? new Uint8Array(32);
  for (const row of rows.slice(1, 1 + Math.min(hashes, rows.length))) {
    const body = Uint8Array.from(row.body);
    if (row.seq === seq) body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
    const hash = chainHash(previous, { ...row, body });
    db.prepare('UPDATE entry SET body = ?, hash = ? WHERE seq = ?').run(body, hash, row.seq);
    previous = hash;
  }
}

/** Every event type that the segments hold, and where one of it lies. */
export function eventsOf(dir: string): ReadonlyMap<string, { readonly path: string; readonly seq: number }> {
  const found = new Map<string, { readonly path: string; readonly seq: number }>();
  for (const path of listSegments(dir).map((no) => segmentPath(dir, no))) {
    const db = new DatabaseSync(path, { readOnly: true });
    const rows = db.prepare('SELECT seq, body FROM entry WHERE kind = ?').all(KIND.event);
    for (const { seq, body } of rows)
      found.set(parseEvent(body as Uint8Array).type, { path, seq: Number(seq) });
    db.close();
  }
  return found;
}

/** Writes something else in place of the event of that row. */
export function changeEvent(
  { path, seq }: { readonly path: string; readonly seq: number },
  change: (event: JournalEvent) => unknown,
): void {
  const db = new DatabaseSync(path);
  const body = db.prepare('SELECT body FROM entry WHERE seq = ?').get(seq)?.['body'] as Uint8Array;
  const changed = JSON.stringify(change(parseEvent(body)));
  db.prepare('UPDATE entry SET body = ? WHERE seq = ?').run(new TextEncoder().encode(changed), seq);
  db.close();
}

const parseEvent = (body: Uint8Array): JournalEvent =>
  JSON.parse(new TextDecoder().decode(body)) as JournalEvent;

/** All that the segments of the folder say, as SQLite gives it: two folders with the same answer hold the same. */
export function contentOf(dir: string): string {
  const tables = ['meta', 'point', 'entry'];
  return JSON.stringify(
    listSegments(dir).map((no) => {
      if (!existsSync(segmentPath(dir, no))) return null;
      const { db, close } = openSnapshot(segmentPath(dir, no));
      try {
        const rows = tables.map((table) => db.prepare(`SELECT * FROM ${table} ORDER BY 1`).all());
        return [
          rows,
          db.prepare('SELECT sql FROM sqlite_schema ORDER BY name').all(),
          db.prepare('PRAGMA user_version').get(),
        ];
      } finally {
        close();
      }
    }),
  );
}
