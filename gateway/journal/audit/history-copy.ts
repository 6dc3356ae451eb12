import { existsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EpochMs, HOUR } from '#model/time';
import { decodeEvent } from '../entries.ts';
import { HISTORY_VERSION, historyPath, hourKey, hourOfKey } from '../history-file.ts';
import { decodeHour } from '../hour-pack.ts';
import type { Incidents } from '../ledger/incidents.ts';
import { openReadOnly, type Readable } from '../read-only.ts';
import { emptySamples, mergeSamples, type Samples, type Summary, summarise } from '../samples.ts';

/** An hour as the history file has it. */
export interface HistoryHour {
  readonly hour: EpochMs;
  readonly samples: Samples;
  /** What the hour's own row says of its readings together is what they say. */
  readonly summaryFits: boolean;
}

/** What the history says is a point's newest reading; NaN where it has no value. */
export interface NewestReading {
  readonly point: string;
  readonly at: EpochMs;
  readonly value: number;
  readonly mark: number;
}

/** `history.sqlite` as it was when this was opened, whatever a gateway writes to it meanwhile. */
export class HistoryCopy {
  readonly #file: Readable;
  readonly #db: DatabaseSync;
  readonly #point: StatementSync;
  readonly #hours: StatementSync;
  readonly #event: StatementSync;
  /** All rows up to this one are in the file. */
  readonly cursor: number;

  private constructor(file: Readable) {
    const { db } = file;
    this.#file = file;
    this.#db = db;
    // One read transaction: SQLite shows one state of the file for as long as it lasts.
    db.exec('BEGIN');
    this.#point = db.prepare('SELECT no FROM point WHERE id = ?');
    this.#hours = db.prepare(
      'SELECT key, count, bad, min, mean, max, body FROM hour WHERE key >= ? AND key < ? ORDER BY key',
    );
    this.#event = db.prepare('SELECT at, type, body FROM event WHERE seq = ?');
    this.cursor = Number(db.prepare("SELECT value FROM meta WHERE key = 'cursor'").get()?.['value'] ?? 0);
  }

  /** Undefined when there is none, or one of another version: the gateway would make it anew. */
  static open(dir: string): HistoryCopy | undefined {
    const path = historyPath(dir);
    if (!existsSync(path)) return undefined;
    const file = openReadOnly(path);
    if (Number(file.db.prepare('PRAGMA user_version').get()?.['user_version']) === HISTORY_VERSION)
      return new HistoryCopy(file);
    file.close();
    return undefined;
  }

  /** The events of rows before `seq`: those of segments that have expired. */
  readIncidents(seq: number, incidents: Incidents): void {
    const before = this.#db.prepare('SELECT body FROM event WHERE seq < ? ORDER BY seq');
    for (const row of before.iterate(seq)) incidents.add(decodeEvent(row['body'] as Uint8Array));
  }

  /** The event of a row. `isSound`: what it is looked up by is what it says. */
  event(seq: number): { readonly body: Uint8Array; readonly isSound: boolean } | undefined {
    const row = this.#event.get(seq);
    if (row === undefined) return undefined;
    const body = row['body'] as Uint8Array;
    return { body, isSound: isSoundEvent(row, body) };
  }

  /** The rows of which there are events, from `seq` on. */
  *eventsFrom(seq: number): Iterable<number> {
    const rows = this.#db.prepare('SELECT seq FROM event WHERE seq >= ? ORDER BY seq').iterate(seq);
    for (const row of rows) yield Number(row['seq']);
  }

  get newest(): readonly NewestReading[] {
    return this.#db
      .prepare('SELECT id, at, value, mark FROM point')
      .all()
      .map(({ id, at, value, mark }) => ({
        ...{ point: String(id), at: Number(at), mark: Number(mark) },
        value: value === null ? Number.NaN : Number(value),
      }));
  }

  /** Every point that has hours. */
  get points(): readonly string[] {
    return this.#db
      .prepare('SELECT id FROM point')
      .all()
      .map((row) => String(row['id']));
  }

  /** The point's hours of the span, in order. */
  *hours(point: string, from: EpochMs, to: EpochMs): Iterable<HistoryHour> {
    const no = this.#point.get(point)?.['no'];
    if (no === undefined) return;
    const [first, end] = [Math.floor(from / HOUR), Math.ceil(to / HOUR)];
    let current: HistoryHour | undefined;
    for (const row of this.#hours.iterate(hourKey(Number(no), first, 0), hourKey(Number(no), end, 0))) {
      const part = decodePart(row);
      if (current?.hour === part.hour) {
        const samples = mergeSamples(current.samples, part.samples);
        current = { ...part, samples, summaryFits: current.summaryFits && part.summaryFits };
        continue;
      }
      if (current !== undefined) yield current;
      current = part;
    }
    if (current !== undefined) yield current;
  }

  close(): void {
    this.#file.close();
  }
}

/** As SQLite gives a REAL back: 0 and -0 are the same. */
const fits = (row: Record<string, unknown>, summary: Summary): boolean =>
  row['count'] === summary.count &&
  row['bad'] === summary.bad &&
  (['min', 'mean', 'max'] as const).every((key) => row[key] === summary[key]);

function isSoundEvent(row: Record<string, unknown>, body: Uint8Array): boolean {
  try {
    const { at, type } = decodeEvent(body);
    return row['at'] === at && row['type'] === type;
  } catch {
    // A body that is no event is another than the segments' anyway.
    return false;
  }
}

function decodePart(row: Record<string, unknown>): HistoryHour {
  const hour = hourOfKey(Number(row['key']));
  try {
    const samples = decodeHour(hour, row['body'] as Uint8Array);
    return { hour: hour * HOUR, samples, summaryFits: fits(row, summarise(samples)) };
  } catch {
    // A body that is no pack differs from whatever the segments say, which is what is told of it.
    return { hour: hour * HOUR, samples: emptySamples(), summaryFits: false };
  }
}
