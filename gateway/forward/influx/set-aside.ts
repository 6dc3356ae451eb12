import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { EpochMs } from '#model/time';
import { transaction } from '../../runtime/transaction.ts';
import type { Aside } from './delivery.ts';
import type { AsideReason } from './refusal.ts';

/** A line that was set aside, with its number in the file. */
export interface KeptLine extends Aside {
  readonly no: number;
  readonly at: EpochMs;
}

export interface KeptGroup {
  readonly reason: AsideReason;
  readonly lines: number;
  /** What the server said of the newest of them. */
  readonly said: string;
}

/** Some 150 MB. The journal has them all: what falls out here can still be sent again from there. */
const MOST_LINES = 500_000;
const BUSY_MS = 10_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS line (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    said TEXT NOT NULL,
    line TEXT NOT NULL UNIQUE
  );`;

/** Raised with each change of the table or of its lines. */
const VERSION = 1;
/** Until then lines told the time in milliseconds, behind their last space. */
const IN_NANOSECONDS = "UPDATE line SET line = line || '000000'";

interface Open {
  readonly db: DatabaseSync;
  readonly insert: StatementSync;
}

/**
 * The lines that InfluxDB would not take, each once, until they are sent again (`hygate replay`) and taken. A gateway
 * that runs and the command may use the file at the same time. It is made when the first line comes.
 */
export class SetAside {
  readonly #path: string;
  readonly #most: number;
  #open: Open | undefined;

  constructor(path: string, most = MOST_LINES) {
    this.#path = path;
    this.#most = most;
  }

  /** On disk when it returns. Of too many the oldest fall out: returns how many. */
  add(rows: readonly Aside[], at: EpochMs): number {
    if (rows.length === 0) return 0;
    const { db, insert } = this.#use();
    let dropped = 0;
    transaction(db, () => {
      for (const { reason, said, line } of rows) insert.run(at, reason, said, line);
      const excess = Number(db.prepare('SELECT count(*) AS n FROM line').get()?.['n']) - this.#most;
      if (excess <= 0) return;
      const oldest = 'DELETE FROM line WHERE no IN (SELECT no FROM line ORDER BY no LIMIT ?)';
      dropped = Number(db.prepare(oldest).run(excess).changes);
    });
    return dropped;
  }

  /** Lines after the number `after` in their order, at most `limit`; of every reason when it is null. */
  lines(after: number, limit: number, reason: AsideReason | null): readonly KeptLine[] {
    if (this.#isEmpty()) return [];
    const found = this.#use().db.prepare(
      'SELECT no, at, reason, said, line FROM line WHERE no > ? AND (? IS NULL OR reason = ?) ORDER BY no LIMIT ?',
    );
    return found.all(after, reason, reason, limit) as unknown as KeptLine[];
  }

  /** They were taken after all. */
  remove(nos: readonly number[]): void {
    if (nos.length === 0) return;
    const { db } = this.#use();
    const one = db.prepare('DELETE FROM line WHERE no = ?');
    transaction(db, () => {
      for (const no of nos) one.run(no);
    });
  }

  groups(): readonly KeptGroup[] {
    if (this.#isEmpty()) return [];
    // SQLite takes a bare column from the row of the maximum.
    const found = this.#use().db.prepare(
      'SELECT reason, count(*) AS lines, said, max(no) AS newest FROM line GROUP BY reason ORDER BY lines DESC',
    );
    return found.all() as unknown as KeptGroup[];
  }

  /** Changes when somebody else changed the file. */
  version(): number {
    if (this.#isEmpty()) return 0;
    return Number(this.#use().db.prepare('PRAGMA data_version').get()?.['data_version']);
  }

  close(): void {
    this.#open?.db.close();
    this.#open = undefined;
  }

  #isEmpty(): boolean {
    return this.#open === undefined && !existsSync(this.#path);
  }

  #use(): Open {
    if (this.#open !== undefined) return this.#open;
    const db = new DatabaseSync(this.#path, { timeout: BUSY_MS });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    transaction(db, () => prepare(db));
    const insert = db.prepare(
      `INSERT INTO line (at, reason, said, line) VALUES (?, ?, ?, ?)
       ON CONFLICT (line) DO UPDATE SET at = excluded.at, reason = excluded.reason, said = excluded.said`,
    );
    this.#open = { db, insert };
    return this.#open;
  }
}

function prepare(db: DatabaseSync): void {
  const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
  db.exec(SCHEMA);
  if (version < VERSION) db.exec(`${IN_NANOSECONDS}; PRAGMA user_version = ${VERSION}`);
}
