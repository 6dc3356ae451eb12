import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { HygateError } from '#model/errors';
import type { ImportedHistory } from '#model/imported';
import type { Bucket } from '#model/journal';
import type { Part } from '#model/part';
import type { PointId } from '#model/point';
import { type EpochMs, HOUR, type Ms } from '#model/time';
import { giveToOwnerOf } from '../runtime/owner.ts';
import { transaction } from '../runtime/transaction.ts';
import { gather, type Sum, sumOf } from './bucket.ts';
import { packHour, type Sample, unpackHour } from './pack.ts';

const FILE = 'imported.sqlite';
/** Above this many hours, or samples, the sums of hours answer instead: the thread that answers also judges alarms. */
const MOST_UNPACKED_HOURS = 400;
const MOST_UNPACKED = 200_000;

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS hours (
    point TEXT NOT NULL, hour INTEGER NOT NULL,
    count INTEGER NOT NULL, min REAL NOT NULL, max REAL NOT NULL, total REAL NOT NULL, pack BLOB NOT NULL,
    PRIMARY KEY (point, hour)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS done (
    source TEXT NOT NULL, point TEXT NOT NULL, span INTEGER NOT NULL,
    PRIMARY KEY (source, point, span)
  ) WITHOUT ROWID;`;

/** imported.sqlite of a data folder, for the command that fills it. Filled again with the same, it does not change. */
export class ImportedStore {
  readonly #db: DatabaseSync;

  constructor(dir: string) {
    this.#db = new DatabaseSync(join(dir, FILE));
    this.#db.exec(SCHEMA);
    // With `-wal` and `-shm` beside it, which stay as long as it is open.
    const names = readdirSync(dir).filter((name) => name.startsWith(FILE));
    giveToOwnerOf(
      dir,
      names.map((name) => join(dir, name)),
    );
  }

  /** Whether a span of a source was taken whole before. */
  isDone(source: string, point: PointId, span: EpochMs): boolean {
    const found = this.#db.prepare('SELECT 1 FROM done WHERE source = ? AND point = ? AND span = ?');
    return found.get(source, point, span) !== undefined;
  }

  /** Adds samples; one with the time of a stored one replaces it. With `done` the span need not be asked for again. */
  put(point: PointId, samples: readonly Sample[], done: { source: string; span: EpochMs } | null): void {
    const hours = Map.groupBy(samples, ({ at }) => Math.floor(at / HOUR) * HOUR);
    transaction(this.#db, () => {
      for (const [hour, added] of hours) this.#putHour(point, hour, added);
      if (done !== null)
        this.#db.prepare('INSERT OR IGNORE INTO done VALUES (?, ?, ?)').run(done.source, point, done.span);
    });
  }

  close(): void {
    this.#db.close();
  }

  #putHour(point: PointId, hour: EpochMs, added: readonly Sample[]): void {
    const row = this.#db.prepare('SELECT pack FROM hours WHERE point = ? AND hour = ?').get(point, hour);
    const stored = row === undefined ? [] : unpackHour(hour, row['pack'] as Uint8Array);
    const values = new Map([...stored, ...added].map(({ at, value }) => [at, value]));
    const samples = [...values].map(([at, value]) => ({ at, value })).sort((a, b) => a.at - b.at);
    const [sum] = gather(samples.map(sumOf), HOUR);
    if (sum === undefined) return;
    const total = (sum.mean ?? 0) * sum.count;
    const fill = 'INSERT OR REPLACE INTO hours VALUES (?, ?, ?, ?, ?, ?, ?)';
    this.#db.prepare(fill).run(point, hour, sum.count, sum.min, sum.max, total, packHour(hour, samples));
  }
}

/** imported.sqlite of a data folder, for those who look: nothing is imported where there is none. */
export class ImportedFile implements ImportedHistory, Part {
  readonly name = 'imported values';
  readonly #file: string;
  #db: DatabaseSync | undefined;

  constructor(dir: string) {
    this.#file = join(dir, FILE);
  }

  buckets(point: PointId, from: EpochMs, to: EpochMs, every: Ms): { every: Ms; buckets: readonly Bucket[] } {
    const inSamples = every < HOUR && this.#canUnpack(point, from, to);
    const length = inSamples ? every : Math.ceil(every / HOUR) * HOUR;
    const start = Math.floor(from / length) * length;
    const sums = inSamples ? this.#samples(point, from, to).map(sumOf) : this.#hours(point, start, to);
    return { every: length, buckets: gather(sums, length) };
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#db?.close();
    this.#db = undefined;
  }

  #canUnpack(point: PointId, from: EpochMs, to: EpochMs): boolean {
    if ((to - from) / HOUR > MOST_UNPACKED_HOURS) return false;
    const hours = this.#hours(point, Math.floor(from / HOUR) * HOUR, to);
    return hours.reduce((sum, { count }) => sum + count, 0) <= MOST_UNPACKED;
  }

  #samples(point: PointId, from: EpochMs, to: EpochMs): Sample[] {
    const first = Math.floor(from / HOUR) * HOUR;
    const rows = this.#rows('SELECT hour, pack FROM hours WHERE point = ? AND hour >= ? AND hour < ?', [
      point,
      first,
      to,
    ]);
    return rows
      .flatMap((row) => unpackHour(Number(row['hour']), row['pack'] as Uint8Array))
      .filter(({ at }) => at >= from && at < to);
  }

  #hours(point: PointId, from: EpochMs, to: EpochMs): Sum[] {
    const columns = 'hour AS at, count, min, max, total';
    const sql = `SELECT ${columns} FROM hours WHERE point = ? AND hour >= ? AND hour < ?`;
    return this.#rows(sql, [point, from, to]) as unknown as Sum[];
  }

  /** In order of the key. The file may come to be while the gateway runs. */
  #rows(sql: string, parameters: readonly (string | number)[]): Record<string, unknown>[] {
    if (this.#db === undefined && !existsSync(this.#file)) return [];
    this.#db ??= open(this.#file);
    return this.#db.prepare(sql).all(...parameters);
  }
}

function open(file: string): DatabaseSync {
  try {
    return new DatabaseSync(file, { readOnly: true });
  } catch (cause) {
    const advice = 'give it to the user that runs the gateway, who should run hygate import-influx as well';
    throw new HygateError('data-dir-unusable', `${file} cannot be read (${String(cause)}): ${advice}`, {
      cause,
    });
  }
}
