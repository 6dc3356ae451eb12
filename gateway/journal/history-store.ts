import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import type { JournalEvent } from '#model/journal';
import { type EpochMs, HOUR } from '#model/time';
import { transaction } from '../runtime/transaction.ts';
import { type Arrivals, decodeArrivals, encodeArrivals, mergeArrivals, NO_ARRIVALS } from './arrivals.ts';
import { decodeEvent, encodeEvent } from './entries.ts';
import {
  abandonedPath,
  HISTORY_SCHEMA,
  historyPath,
  hourKey,
  hourOfKey,
  LAST_PART,
  partOfKey,
} from './history-file.ts';
import { decodeHour, encodeHour } from './hour-pack.ts';
import { checkedBlob, checkedBody, checkPoint, HOUR_COLUMNS, sumOfHour, sumOfPoint } from './hour-row.ts';
import { lastEvent } from './last-event.ts';
import type { OpenHour, OpenPoint } from './open-hours.ts';
import { emptySamples, mergeSamples, type Samples, summarise } from './samples.ts';
import { BUSY_MS } from './segment.ts';

/** An hour's row that holds fewer readings than this takes more in; beyond it a new part is begun. */
const PART_SAMPLES = 1024;
/** Hours that are remembered for the duplicate check between two flushes. */
const REMEMBERED_HOURS = 256;

export interface HistoryEvent {
  readonly seq: number;
  readonly event: JournalEvent;
}

/** One open hour on its way into the file. */
export interface HourToStore {
  readonly point: OpenPoint;
  readonly hour: OpenHour;
}

/** The writing side of `history.sqlite`. It holds nothing that the segments do not hold; losing it costs a replay. */
export class HistoryStore {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #parts: StatementSync;
  readonly #putHour: StatementSync;
  readonly #late: StatementSync;
  readonly #putLate: StatementSync;
  readonly #putPoint: StatementSync;
  readonly #putMeta: StatementSync;
  readonly #putEvent: StatementSync;
  readonly #remembered = new Map<number, Samples>();
  #points: number;

  /** Throws what SQLite throws when the file is not a database. */
  constructor(dir: string) {
    const path = historyPath(dir);
    const fresh = !existsSync(path);
    this.#path = path;
    this.#db = new DatabaseSync(path, { timeout: BUSY_MS });
    try {
      // NORMAL may lose the last commits in a power cut, never the file: the cursor then is older, too.
      this.#db.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864',
      );
      if (fresh) this.#db.exec(`BEGIN; ${HISTORY_SCHEMA} COMMIT`);
      this.#parts = this.#db.prepare(
        `SELECT ${HOUR_COLUMNS}, body FROM hour WHERE key BETWEEN ? AND ? ORDER BY key`,
      );
      this.#putHour = this.#db.prepare('INSERT OR REPLACE INTO hour VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
      this.#late = this.#db.prepare('SELECT crc, body FROM late WHERE key = ?');
      this.#putLate = this.#db.prepare('INSERT OR REPLACE INTO late VALUES (?, ?, ?)');
      this.#putPoint = this.#db.prepare('INSERT OR REPLACE INTO point VALUES (?, ?, ?, ?, ?, ?, ?)');
      this.#putMeta = this.#db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
      this.#putEvent = this.#db.prepare('INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?)');
      this.#points = Number(this.#db.prepare('SELECT max(no) AS no FROM point').get()?.['no'] ?? 0);
      for (const row of this.#db.prepare('SELECT * FROM point').iterate()) checkPoint(row);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** All rows up to this one are in the file. */
  get cursor(): number {
    return this.#meta('cursor');
  }

  /** When the gateway last said that it runs, in a time without readings. */
  get alive(): EpochMs {
    return this.#meta('alive');
  }

  /** The time by which hours and segments were last looked at for what may go; 0: never. */
  get expiryClock(): EpochMs {
    return this.#meta('expiry-clock');
  }

  setExpiryClock(at: EpochMs): void {
    if (at > this.expiryClock) this.#putMeta.run('expiry-clock', at);
  }

  setCursor(seq: number): void {
    if (seq > this.cursor) this.#putMeta.run('cursor', seq);
  }

  setAlive(now: EpochMs): void {
    this.#putMeta.run('alive', now);
  }

  loadPoints(into: (id: string) => OpenPoint): void {
    for (const row of this.#db.prepare('SELECT * FROM point').iterate()) {
      const point = into(String(row['id']));
      point.no = Number(row['no']);
      point.newest = {
        first: Number(row['first']),
        at: Number(row['at']),
        value: row['value'] === null ? Number.NaN : Number(row['value']),
        mark: Number(row['mark']),
      };
    }
  }

  /** What the file has of an hour, all parts together. */
  storedHour(point: OpenPoint, hour: number): Samples {
    if (point.no === 0) return emptySamples();
    const key = hourKey(point.no, hour, 0);
    const known = this.#remembered.get(key);
    if (known !== undefined) return known;
    const parts = this.#parts.all(key, key + LAST_PART);
    const samples = parts
      .map((row) => decodeHour(hour, checkedBody(row)))
      .reduce(mergeSamples, emptySamples());
    if (this.#remembered.size >= REMEMBERED_HOURS) this.#remembered.clear();
    this.#remembered.set(key, samples);
    return samples;
  }

  /** All of them in one commit. Doing it twice changes nothing. */
  store(hours: readonly HourToStore[]): void {
    transaction(this.#db, () => {
      for (const { point, hour } of hours) this.#storeHour(point, hour);
      for (const point of new Set(hours.map((entry) => entry.point))) this.#storePoint(point);
    });
    this.#remembered.clear();
  }

  /** The newest event of one of the types, by its row. */
  lastEvent(types: readonly string[]): JournalEvent | null {
    return lastEvent(this.#db, types);
  }

  /** All events of a type, oldest first. */
  eventsOf(type: string): JournalEvent[] {
    const rows = this.#db.prepare('SELECT body FROM event WHERE type = ? ORDER BY seq').all(type);
    return rows.map((row) => decodeEvent(row['body'] as Uint8Array));
  }

  storeEvents(events: readonly HistoryEvent[]): void {
    transaction(this.#db, () => {
      for (const { seq, event } of events) this.#putEvent.run(seq, event.at, event.type, encodeEvent(event));
    });
  }

  /** Removes whole hours before the time that each point names. Returns the points that had some, and their first time. */
  expire(before: (point: string) => EpochMs): [point: string, first: EpochMs][] {
    this.#remembered.clear();
    return transaction(this.#db, () => {
      const points = this.#db.prepare('SELECT no, id, first FROM point ORDER BY no').all();
      return points.flatMap(({ no, id, first }): [string, EpochMs][] => {
        const hours = this.#removeHours(Number(no), before(String(id)));
        return hours > 0 ? [[String(id), Number(first)]] : [];
      });
    });
  }

  close(): void {
    this.#db.close();
  }

  /** The hour as it was made again; none when the segments have nothing of it any more. */
  replaceHour(point: OpenPoint, hour: number, again: OpenHour | undefined): void {
    const base = hourKey(point.no, hour, 0);
    transaction(this.#db, () => {
      for (const table of ['hour', 'late'])
        this.#db.prepare(`DELETE FROM ${table} WHERE key BETWEEN ? AND ?`).run(base, base + LAST_PART);
      if (again !== undefined) this.#putPart(base, again.samples(), again.arrivals());
    });
    this.#remembered.clear();
  }

  /** More than an hour is damaged: the next start makes everything again. */
  abandon(): void {
    closeSync(openSync(abandonedPath(this.#path), 'w'));
  }

  #removeHours(point: number, before: EpochMs): number {
    const hour = Math.floor(before / HOUR);
    if (!(hour > 0)) return 0;
    const span = [hourKey(point, 0, 0), hourKey(point, hour, 0) - 1] as const;
    this.#db.prepare('DELETE FROM late WHERE key BETWEEN ? AND ?').run(...span);
    return Number(this.#db.prepare('DELETE FROM hour WHERE key BETWEEN ? AND ?').run(...span).changes);
  }

  #storeHour(point: OpenPoint, open: OpenHour): void {
    if (point.no === 0) point.no = ++this.#points;
    const { hour } = open;
    const base = hourKey(point.no, hour, 0);
    const last = this.#parts.all(base, base + LAST_PART).at(-1);
    const part = last === undefined ? 0 : partOfKey(Number(last['key']));
    const arrivals = open.arrivals();
    if (last === undefined) this.#putPart(base, open.samples(), arrivals);
    else if (Number(last['count']) >= PART_SAMPLES && part < LAST_PART) {
      this.#putPart(base + part + 1, open.samples(), arrivals);
    } else {
      const merged = mergeSamples(decodeHour(hour, checkedBody(last)), open.samples());
      this.#putPart(base + part, merged, mergeArrivals(this.#arrivals(base + part), arrivals));
    }
  }

  #putPart(key: number, samples: Samples, arrivals: Arrivals): void {
    const summary = summarise(samples);
    const { count, bad, min, mean, max } = summary;
    const hour = hourOfKey(key);
    const body = encodeHour(hour, samples);
    const crc = crc32(body);
    this.#putHour.run(key, count, bad, min, mean, max, crc, sumOfHour({ key, ...summary, crc }), body);
    if (arrivals.at.length === 0) return;
    const late = encodeArrivals(hour, arrivals);
    this.#putLate.run(key, crc32(late), late);
  }

  #arrivals(key: number): Arrivals {
    const row = this.#late.get(key);
    if (row === undefined) return NO_ARRIVALS;
    return decodeArrivals(hourOfKey(key), checkedBlob(key, row['crc'], row['body']));
  }

  #storePoint({ no, id, newest }: OpenPoint): void {
    if (newest === undefined) return;
    const value = Number.isNaN(newest.value) ? null : newest.value;
    const { first, at, mark } = newest;
    this.#putPoint.run(no, id, first, at, value, mark, sumOfPoint({ no, id, first, at, value, mark }));
  }

  #meta(key: string): number {
    return Number(this.#db.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.['value'] ?? 0);
  }
}
