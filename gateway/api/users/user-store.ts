import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';
import { damaged, isDamage, isDiskFailure } from '../../runtime/disk-error.ts';
import { transaction } from '../../runtime/transaction.ts';
import { isRole, type Role, type User } from './user.ts';

const SCHEMA_VERSION = 1;

const SCHEMA = `
  CREATE TABLE users (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    role TEXT NOT NULL,
    hash TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    last_login INTEGER
  ) STRICT;
  CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_of_user ON sessions (user);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

export interface StoredSession {
  readonly user: User;
  readonly expires: EpochMs;
}

type Row = Record<string, SQLOutputValue>;

/** The tables of users and sessions. Rows are few and statements short, so that it runs in the main thread. */
export class UserStore {
  readonly #db: DatabaseSync;
  readonly #onDamage: (error: unknown) => void;
  /** Sessions that the disk refused, by the hash of their token: they last as long as this process. */
  readonly #kept = new Map<string, { readonly name: string; readonly expires: EpochMs }>();

  /** Throws what SQLite says. `onDamage` is called when the file turns out to be damaged later. */
  constructor(file: string, onDamage: (error: unknown) => void = () => {}) {
    this.#db = openDatabase(file);
    this.#onDamage = onDamage;
  }

  close(): void {
    this.#db.close();
  }

  isEmpty(): boolean {
    return this.#get('SELECT name FROM users LIMIT 1') === undefined;
  }

  users(): readonly User[] {
    return this.#guarded(() => this.#db.prepare('SELECT * FROM users ORDER BY name').all()).map(toUser);
  }

  user(name: string): User | undefined {
    const row = this.#get('SELECT * FROM users WHERE name = ?', name);
    return row && toUser(row);
  }

  hashOf(name: string): string | undefined {
    const row = this.#get('SELECT hash FROM users WHERE name = ?', name);
    return row && String(row['hash']);
  }

  addUser({ name, role, hash, at }: { name: string; role: Role; hash: string; at: EpochMs }): void {
    const sql = 'INSERT INTO users (name, role, hash, must_change, created) VALUES (?, ?, ?, 1, ?)';
    this.#guarded(() => this.#run(sql, name, role, hash, at));
  }

  /** A new password ends every session of the user. */
  setPassword(name: string, hash: string, mustChange: boolean): void {
    this.#together(() => {
      this.#run('UPDATE users SET hash = ?, must_change = ? WHERE name = ?', hash, mustChange ? 1 : 0, name);
      this.#run('DELETE FROM sessions WHERE user = ?', name);
    });
    this.#forget(name);
  }

  setDisabled(name: string, disabled: boolean): void {
    this.#together(() => {
      this.#run('UPDATE users SET disabled = ? WHERE name = ?', disabled ? 1 : 0, name);
      this.#run('DELETE FROM sessions WHERE user = ?', name);
    });
    this.#forget(name);
  }

  /**
   * Opens a session and notes the log-in; sessions that ended are swept away at this occasion. A disk that refuses must
   * not lock people out just when they are needed: then the session is kept in memory, and `false` returned.
   */
  addSession(tokenHash: string, name: string, { at, expires }: { at: EpochMs; expires: EpochMs }): boolean {
    for (const [hash, kept] of this.#kept) if (kept.expires <= at) this.#kept.delete(hash);
    try {
      this.#lightly(() => {
        this.#run('DELETE FROM sessions WHERE expires <= ?', at);
        this.#run('INSERT INTO sessions VALUES (?, ?, ?, ?)', tokenHash, name, at, expires);
        this.#run('UPDATE users SET last_login = ? WHERE name = ?', at, name);
      });
      return true;
    } catch (error) {
      if (!(error instanceof HygateError)) throw error;
      this.#kept.set(tokenHash, { name, expires });
      return false;
    }
  }

  session(tokenHash: string): StoredSession | undefined {
    const kept = this.#kept.get(tokenHash);
    const keeper = kept && this.user(kept.name);
    if (kept !== undefined && keeper !== undefined) return { user: keeper, expires: kept.expires };
    const row = this.#get(
      'SELECT u.*, s.expires FROM sessions s JOIN users u ON u.name = s.user WHERE s.token_hash = ?',
      tokenHash,
    );
    return row && { user: toUser(row), expires: Number(row['expires']) };
  }

  extendSession(tokenHash: string, expires: EpochMs): void {
    const kept = this.#kept.get(tokenHash);
    if (kept !== undefined) {
      this.#kept.set(tokenHash, { ...kept, expires });
      return;
    }
    this.#lightly(() =>
      this.#run('UPDATE sessions SET expires = ? WHERE token_hash = ?', expires, tokenHash),
    );
  }

  endSession(tokenHash: string): void {
    if (this.#kept.delete(tokenHash)) return;
    this.#lightly(() => this.#run('DELETE FROM sessions WHERE token_hash = ?', tokenHash));
  }

  #get(sql: string, ...values: string[]): Row | undefined {
    return this.#guarded(() => this.#db.prepare(sql).get(...values));
  }

  /** To be called inside `#guarded`. */
  #run(sql: string, ...values: (string | number)[]): void {
    this.#db.prepare(sql).run(...values);
  }

  #together(work: () => void): void {
    this.#guarded(() => transaction(this.#db, work));
  }

  /**
   * Without an fsync of its own: a log-in must not hold up this thread for as long as a slow disk takes. A power cut may
   * end the newest sessions; what keeps people out (passwords, who is disabled) is synced.
   */
  #lightly(work: () => void): void {
    this.#guarded(() => {
      this.#db.exec('PRAGMA synchronous = NORMAL');
      try {
        transaction(this.#db, work);
      } finally {
        this.#db.exec('PRAGMA synchronous = FULL');
      }
    });
  }

  #forget(name: string): void {
    for (const [hash, session] of this.#kept) if (session.name === name) this.#kept.delete(hash);
  }

  /** What the disk says becomes words: `users-unreadable`. Not one inside the other: a damaged file is closed at once. */
  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (isDamage(error)) this.#onDamage(error);
      else if (!isDiskFailure(error)) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const text = `the file of users cannot be used (${why}): free space or mend the disk`;
      throw new HygateError('users-unreadable', text, { cause: error });
    }
  }
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    prepare(db, file);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function prepare(db: DatabaseSync, file: string): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const [check] = db.prepare('PRAGMA quick_check(1)').all();
  if (check?.['quick_check'] !== 'ok') throw damaged(file);
  if (versionOf(db) === 0) transaction(db, () => db.exec(SCHEMA));
  if (versionOf(db) === SCHEMA_VERSION) return;
  const text = `The users' file ${file} has version ${versionOf(db)}, newer than this program: start the newer one.`;
  throw new HygateError('journal-newer', text);
}

const versionOf = (db: DatabaseSync): number =>
  Number(db.prepare('PRAGMA user_version').get()?.['user_version']);

function toUser(row: Row): User {
  const role = row['role'];
  return {
    name: String(row['name']),
    // A role that this version does not know may do the least.
    role: isRole(role) ? role : 'viewer',
    disabled: row['disabled'] === 1,
    mustChange: row['must_change'] === 1,
    created: Number(row['created']),
    lastLogin: row['last_login'] === null ? null : Number(row['last_login']),
  };
}
