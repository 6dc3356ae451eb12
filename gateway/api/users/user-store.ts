import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { HygateError } from '#model/errors';
import type { EpochMs } from '#model/time';
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

  constructor(file: string) {
    this.#db = openDatabase(file);
  }

  close(): void {
    this.#db.close();
  }

  isEmpty(): boolean {
    return this.#get('SELECT name FROM users LIMIT 1') === undefined;
  }

  users(): readonly User[] {
    return this.#db.prepare('SELECT * FROM users ORDER BY name').all().map(toUser);
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
    this.#run(
      'INSERT INTO users (name, role, hash, must_change, created) VALUES (?, ?, ?, 1, ?)',
      name,
      role,
      hash,
      at,
    );
  }

  /** A new password ends every session of the user. */
  setPassword(name: string, hash: string, mustChange: boolean): void {
    transaction(this.#db, () => {
      this.#run('UPDATE users SET hash = ?, must_change = ? WHERE name = ?', hash, mustChange ? 1 : 0, name);
      this.#run('DELETE FROM sessions WHERE user = ?', name);
    });
  }

  setDisabled(name: string, disabled: boolean): void {
    transaction(this.#db, () => {
      this.#run('UPDATE users SET disabled = ? WHERE name = ?', disabled ? 1 : 0, name);
      this.#run('DELETE FROM sessions WHERE user = ?', name);
    });
  }

  /** Opens a session and notes the log-in; sessions that ended are swept away at this occasion. */
  addSession(tokenHash: string, name: string, { at, expires }: { at: EpochMs; expires: EpochMs }): void {
    transaction(this.#db, () => {
      this.#run('DELETE FROM sessions WHERE expires <= ?', at);
      this.#run('INSERT INTO sessions VALUES (?, ?, ?, ?)', tokenHash, name, at, expires);
      this.#run('UPDATE users SET last_login = ? WHERE name = ?', at, name);
    });
  }

  session(tokenHash: string): StoredSession | undefined {
    const row = this.#get(
      'SELECT u.*, s.expires FROM sessions s JOIN users u ON u.name = s.user WHERE s.token_hash = ?',
      tokenHash,
    );
    return row && { user: toUser(row), expires: Number(row['expires']) };
  }

  extendSession(tokenHash: string, expires: EpochMs): void {
    this.#run('UPDATE sessions SET expires = ? WHERE token_hash = ?', expires, tokenHash);
  }

  endSession(tokenHash: string): void {
    this.#run('DELETE FROM sessions WHERE token_hash = ?', tokenHash);
  }

  #get(sql: string, ...values: string[]): Row | undefined {
    return this.#db.prepare(sql).get(...values);
  }

  #run(sql: string, ...values: (string | number)[]): void {
    this.#db.prepare(sql).run(...values);
  }
}

function openDatabase(file: string): DatabaseSync {
  try {
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    if (versionOf(db) === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    if (versionOf(db) !== SCHEMA_VERSION)
      throw new Error(`it has version ${versionOf(db)}, newer than this program`);
    return db;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HygateError('data-dir-unusable', `The users' file ${file} cannot be used: ${why}.`, { cause });
  }
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
