import { existsSync } from 'node:fs';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type EpochMs, HOUR } from '#model/time';
import { decodeEvent } from '../entries.ts';
import { HISTORY_VERSION, historyPath, hourKey, hourOfKey } from '../history-file.ts';
import { decodeHour } from '../hour-pack.ts';
import type { Incidents } from '../ledger/incidents.ts';
import { isBad } from '../mark.ts';
import { openReadOnly, type Readable } from '../read-only.ts';
import { emptySamples, mergeSamples, type Samples } from '../samples.ts';

/** An hour as the history file has it. */
export interface HistoryHour {
  readonly hour: EpochMs;
  readonly samples: Samples;
  /** What the hour's own row says of its count and its bad readings is what its readings say. */
  readonly summaryFits: boolean;
}

/** `history.sqlite` as it was when this was opened, whatever a gateway writes to it meanwhile. */
export class HistoryCopy {
  readonly #file: Readable;
  readonly #db: DatabaseSync;
  readonly #point: StatementSync;
  readonly #hours: StatementSync;
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
      'SELECT key, count, bad, body FROM hour WHERE key >= ? AND key < ? ORDER BY key',
    );
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

function decodePart(row: Record<string, unknown>): HistoryHour {
  const hour = hourOfKey(Number(row['key']));
  try {
    const samples = decodeHour(hour, row['body'] as Uint8Array);
    const bad = samples.mark.reduce((sum, mark) => sum + Number(isBad(mark)), 0);
    const summaryFits = samples.at.length === row['count'] && bad === row['bad'];
    return { hour: hour * HOUR, samples, summaryFits };
  } catch {
    // A body that is no pack differs from whatever the segments say, which is what is told of it.
    return { hour: hour * HOUR, samples: emptySamples(), summaryFits: false };
  }
}
