import { DatabaseSync } from 'node:sqlite';
import type { Alarm, AlarmEvent } from '#model/alarm';
import type { Announced } from '#model/announcer';
import { HygateError } from '#model/errors';
import type { Attempt, Delivery, NewDelivery } from '#model/outbox';
import type { EpochMs } from '#model/time';
import { damaged } from '../../gateway/runtime/disk-error.ts';
import { transaction } from '../../gateway/runtime/transaction.ts';
import { BEGINNING, type Changes, type Stored } from './changes.ts';
import { type Excerpt, put, readAll, readNeeded } from './excerpt.ts';
import { parseState } from './stored-state.ts';

/** Raised with each change of the tables. */
const VERSION = 2;

const TABLES = `
  CREATE TABLE position (id INTEGER PRIMARY KEY CHECK (id = 1), doc TEXT NOT NULL) STRICT;
  CREATE TABLE points (point TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE alarms (
    id TEXT PRIMARY KEY, raised_at INTEGER NOT NULL, over INTEGER NOT NULL, doc TEXT NOT NULL, told TEXT NOT NULL
  ) STRICT;
  CREATE INDEX alarms_by_time ON alarms (raised_at);
  CREATE INDEX alarms_open ON alarms (over) WHERE over = 0;
  CREATE TABLE events (id INTEGER PRIMARY KEY, alarm TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
  CREATE INDEX events_by_alarm ON events (alarm);
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, person TEXT NOT NULL, event TEXT NOT NULL,
    at INTEGER NOT NULL, alarm TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'waiting',
    sending INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, doubtful INTEGER NOT NULL DEFAULT 0,
    closed TEXT NOT NULL DEFAULT '[]', next_try INTEGER, channel TEXT, answer TEXT,
    severity TEXT NOT NULL DEFAULT 'critical',
    UNIQUE (key, person)
  ) STRICT;
  CREATE INDEX outbox_waiting ON outbox (person, id) WHERE state = 'waiting';
  CREATE TABLE attempts (
    id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, channel TEXT NOT NULL, at INTEGER NOT NULL,
    result TEXT NOT NULL, answer TEXT NOT NULL
  ) STRICT;
  CREATE TABLE kept (key TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** From each version to the next. */
const UPGRADES: readonly string[] = [
  '',
  `ALTER TABLE outbox ADD COLUMN severity TEXT NOT NULL DEFAULT 'critical';
   CREATE TABLE kept (key TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
   PRAGMA user_version = 2;`,
];

/**
 * alarms.sqlite: the state of the evaluation, alarms, their events and the outbox. Synchronous; it lives in a thread.
 * Every write is one transaction, and is on disk when the call returns (WAL with synchronous=FULL).
 */
export class AlarmStore {
  readonly #db: DatabaseSync;

  /** Throws `journal-newer` for a file of a newer version. */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    try {
      this.#prepare(file);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  #prepare(file: string): void {
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;');
    // After an fsync that failed the WAL may lie in memory only, and a later fsync would not say so: write it anew.
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const [check] = this.#db.prepare('PRAGMA quick_check(1)').all();
    if (check?.['quick_check'] !== 'ok') throw damaged(file);
    const version = Number(this.#db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) transaction(this.#db, () => this.#db.exec(TABLES));
    else if (version > VERSION) {
      const what = `${file} has version ${version}, this gateway knows ${VERSION}`;
      throw new HygateError('journal-newer', `${what}: start the newer gateway again`);
    } else if (version < VERSION) {
      transaction(this.#db, () => this.#db.exec(UPGRADES.slice(version, VERSION).join('')));
    }
  }

  load(): Stored {
    const position = this.#db.prepare('SELECT doc FROM position').get()?.['doc'];
    const points = this.#db.prepare('SELECT point, state FROM points').all();
    const alarms = this.#db.prepare('SELECT doc, told FROM alarms WHERE over = 0 ORDER BY id').all();
    const kept = this.#db.prepare('SELECT key, doc FROM kept').all();
    return {
      kept: kept.map((row) => [String(row['key']), parse(row['doc'])] as const),
      position: position === undefined ? BEGINNING : parse(position),
      points: points.map((row) => [String(row['point']), parseState(String(row['state']))] as const),
      alarms: alarms.map((row) => ({ alarm: parse<Alarm>(row['doc']), told: parse<string[]>(row['told']) })),
    };
  }

  /** One transaction. The same changes may come twice, when nobody knows whether the first time succeeded. */
  commit({ position, points, alarms, events, announced }: Changes): void {
    transaction(this.#db, () => {
      const point = this.#db.prepare('INSERT OR REPLACE INTO points VALUES (?, ?)');
      for (const [id, state] of points) point.run(id, JSON.stringify(state));
      const put = this.#db.prepare('INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?, ?)');
      for (const alarm of alarms) {
        const over = alarm.state === 'normal' ? 1 : 0;
        put.run(alarm.id, alarm.raisedAt, over, JSON.stringify(alarm), '[]');
      }
      const event = this.#db.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?)');
      for (const { id, event: it } of events) event.run(id, it.alarm.id, JSON.stringify(it));
      this.#keep(announced);
      this.#enqueue(announced.deliveries);
      this.#db.prepare('INSERT OR REPLACE INTO position VALUES (1, ?)').run(JSON.stringify(position));
    });
  }

  history(from: EpochMs, to: EpochMs, limit: number): Alarm[] {
    const rows = this.#db
      .prepare(
        'SELECT doc FROM alarms WHERE raised_at >= ? AND raised_at < ? ORDER BY raised_at DESC, id DESC LIMIT ?',
      )
      .all(from, to, limit);
    return rows.map((row) => parse<Alarm>(row['doc']));
  }

  events(alarm: string): AlarmEvent[] {
    const rows = this.#db.prepare('SELECT doc FROM events WHERE alarm = ? ORDER BY id').all(alarm);
    return rows.map((row) => parse<AlarmEvent>(row['doc']));
  }

  next(): Delivery[] {
    const rows = this.#db
      .prepare(
        `SELECT outbox.*, heads.waiting FROM outbox JOIN (
           SELECT min(id) AS head, count(*) AS waiting FROM outbox WHERE state = 'waiting' GROUP BY person
         ) AS heads ON outbox.id = heads.head ORDER BY outbox.id`,
      )
      .all();
    return rows.map(toDelivery);
  }

  sending(id: number, channel: string): void {
    this.#db.prepare('UPDATE outbox SET sending = 1, channel = ? WHERE id = ?').run(channel, id);
  }

  settle(id: number, attempt: Attempt): void {
    const { channel, at, result, answer, state, nextTry, closed, doubtful } = attempt;
    transaction(this.#db, () => {
      this.#db
        .prepare('INSERT INTO attempts (delivery, channel, at, result, answer) VALUES (?, ?, ?, ?, ?)')
        .run(id, channel, at, result, answer);
      this.#db
        .prepare(
          `UPDATE outbox SET sending = 0, tries = tries + 1, state = ?, next_try = ?, closed = ?, doubtful = ?,
             channel = ?, answer = ? WHERE id = ?`,
        )
        .run(state, nextTry, JSON.stringify(closed), doubtful ? 1 : 0, channel, answer, id);
    });
  }

  /** What another store needs to go on in the place of this one. */
  needed(): Excerpt {
    return readNeeded(this.#db);
  }

  everything(): Excerpt {
    return readAll(this.#db);
  }

  /** One transaction; what is here already is replaced. */
  take(excerpt: Excerpt): void {
    transaction(this.#db, () => put(this.#db, excerpt));
  }

  /** Numbers of deliveries from now on, where those of another store are not known. */
  numberFrom(id: number): void {
    this.#db.prepare("INSERT INTO sqlite_sequence VALUES ('outbox', ?)").run(id);
  }

  close(): void {
    this.#db.close();
  }

  #keep({ changed }: Announced): void {
    const drop = this.#db.prepare('DELETE FROM kept WHERE key = ?');
    const keep = this.#db.prepare('INSERT OR REPLACE INTO kept VALUES (?, ?)');
    for (const [key, doc] of changed) {
      if (doc === null) drop.run(key);
      else keep.run(key, JSON.stringify(doc));
    }
  }

  #enqueue(deliveries: readonly NewDelivery[]): void {
    const insert = this.#db.prepare(
      'INSERT OR IGNORE INTO outbox (key, person, event, at, alarm, severity) VALUES (?, ?, ?, ?, ?, ?)',
    );
    for (const { key, person, event, at, alarms, severity } of deliveries) {
      insert.run(key, person, event, at, JSON.stringify(alarms), severity);
    }
  }
}

/** Only what this class wrote is read back. */
const parse = <T>(text: unknown): T => JSON.parse(String(text)) as T;

/** Version 1 kept the one alarm of a message. */
const alarmsOf = (stored: Alarm | readonly Alarm[]): readonly Alarm[] => [stored].flat();

const toDelivery = (row: Readonly<Record<string, unknown>>): Delivery => ({
  id: Number(row['id']),
  key: String(row['key']),
  event: String(row['event']) as Delivery['event'],
  at: Number(row['at']),
  person: String(row['person']),
  severity: String(row['severity']) as Delivery['severity'],
  alarms: alarmsOf(parse<Alarm | readonly Alarm[]>(row['alarm'])),
  tries: Number(row['tries']),
  closed: parse(row['closed']),
  // Still marked as being sent: the gateway died meanwhile, or could not write how it ended.
  doubtful: row['doubtful'] === 1 || row['sending'] === 1,
  waiting: Number(row['waiting']),
});
