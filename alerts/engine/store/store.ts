import { DatabaseSync } from 'node:sqlite';
import type { Alarm, AlarmEvent, NumberedAlarmEvent } from '#model/alarm';
import type { Announced } from '#model/announcer';
import { HygateError } from '#model/errors';
import type { Ask, Attempt, Delivery, NewDelivery, OpenReceipt, Telling } from '#model/outbox';
import type { EpochMs } from '#model/time';
import { damaged } from '../../../gateway/runtime/disk-error.ts';
import { transaction } from '../../../gateway/runtime/transaction.ts';
import { BEGINNING, type Changes, type Position, type Stored } from '../changes.ts';
import { type Excerpt, put, readAll, readNeeded } from './excerpt.ts';
import { OUTBOX_TABLES, OUTBOX_UPGRADE } from './outbox-schema.ts';
import { OutboxTable } from './outbox-table.ts';
import { parseAlarm, parseEvent, parsePosition } from './stored-alarm.ts';
import { parseState } from './stored-state.ts';

/** Raised with each change of the tables. */
const VERSION = 3;

const EVENTS_BY_TIME = "CREATE INDEX events_by_time ON events (json_extract(doc, '$.at'));";

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
  ${EVENTS_BY_TIME}
  ${OUTBOX_TABLES}
  CREATE TABLE kept (key TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
  PRAGMA user_version = ${VERSION};
`;

/** From each version to the next. */
const UPGRADES: readonly string[] = [
  '',
  `${OUTBOX_UPGRADE}
   CREATE TABLE kept (key TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT, WITHOUT ROWID;
   PRAGMA user_version = 2;`,
  `${EVENTS_BY_TIME} PRAGMA user_version = 3;`,
];

/**
 * alarms.sqlite: the state of the evaluation, alarms, their events and the outbox. Synchronous; it lives in a thread.
 * Every write is one transaction, and is on disk when the call returns (WAL with synchronous=FULL).
 */
export class AlarmStore {
  readonly #db: DatabaseSync;
  readonly #outbox: OutboxTable;

  /** Throws `journal-newer` for a file of a newer version. */
  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#outbox = new OutboxTable(this.#db);
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
      position: position === undefined ? BEGINNING : parsePosition(String(position)),
      points: points.map((row) => [String(row['point']), parseState(String(row['state']))] as const),
      alarms: alarms.map((row) => ({
        alarm: parseAlarm(String(row['doc'])),
        told: parse<string[]>(row['told']),
      })),
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
      const { deliveries, withdrawn } = announced;
      const own = deliveries.map(({ key }) => key);
      this.#outbox.withdraw(withdrawn, position.now, own);
      this.#outbox.enqueue(deliveries);
      this.#db.prepare('INSERT OR REPLACE INTO position VALUES (1, ?)').run(JSON.stringify(position));
    });
  }

  history(from: EpochMs, to: EpochMs, limit: number): Alarm[] {
    const rows = this.#db
      .prepare(
        'SELECT doc FROM alarms WHERE raised_at >= ? AND raised_at < ? ORDER BY raised_at DESC, id DESC LIMIT ?',
      )
      .all(from, to, limit);
    return rows.map((row) => parseAlarm(String(row['doc'])));
  }

  events(alarm: string): AlarmEvent[] {
    const rows = this.#db.prepare('SELECT doc FROM events WHERE alarm = ? ORDER BY id').all(alarm);
    return rows.map((row) => parseEvent(String(row['doc'])));
  }

  eventsBetween(from: EpochMs, to: EpochMs, limit: number): NumberedAlarmEvent[] {
    const at = "json_extract(doc, '$.at')";
    return this.#db
      .prepare(`SELECT id, doc FROM events WHERE ${at} >= ? AND ${at} < ? ORDER BY ${at}, id LIMIT ?`)
      .all(from, to, limit)
      .map(({ id, doc }) => ({ ...parseEvent(String(doc)), no: Number(id) }));
  }

  next = (): Delivery[] => this.#outbox.next();
  sending = (id: number, channel: string): void => this.#outbox.sending(id, channel);
  settle = (id: number, attempt: Attempt): void => this.#outbox.settle(id, attempt);
  merge = (ids: readonly number[], into: NewDelivery): void => this.#outbox.merge(ids, into);
  receipts = (): OpenReceipt[] => this.#outbox.receipts();
  askAgain = (id: number, ask: Ask): void => this.#outbox.askAgain(id, ask);
  ofAlarm = (alarm: string): Telling[] => this.#outbox.ofAlarm(alarm);
  telling = (id: number): Telling | null => this.#outbox.telling(id);
  answered = (id: number, at: EpochMs): void => this.#outbox.answered(id, at);

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

  /** One transaction: a store that went on in the place of this one has come back. What it forgot is gone. */
  replace(excerpt: Excerpt): void {
    transaction(this.#db, () => {
      this.#db.exec('DELETE FROM kept');
      put(this.#db, excerpt);
    });
  }

  /** Numbers of deliveries and events from now on, where those of another store are not known. */
  numberFrom(id: number): void {
    this.#db.prepare("INSERT INTO sqlite_sequence VALUES ('outbox', ?)").run(id);
    const position: Position = { ...BEGINNING, events: id };
    this.#db.prepare('INSERT INTO position VALUES (1, ?)').run(JSON.stringify(position));
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
}

/** Only what this class wrote is read back. */
const parse = <T>(text: unknown): T => JSON.parse(String(text)) as T;
