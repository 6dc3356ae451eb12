import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Bucket, EventTypes, JournalEvent, NumberedEvent, PointLedger } from '#model/journal';
import { type EpochMs, HOUR, type Ms } from '#model/time';
import { type Arrivals, decodeArrivals } from './arrivals.ts';
import { BucketTally, isWhole } from './buckets.ts';
import { decodeEvent } from './entries.ts';
import { historyPath, hourKey, hourOfKey, LAST_TIME } from './history-file.ts';
import { decodeHour } from './hour-pack.ts';
import { checkedBlob, checkedBody, checkedHour, checkPoint, HOUR_COLUMNS } from './hour-row.ts';
import { lastEvent } from './last-event.ts';
import { IncidentReader } from './ledger/incident-reader.ts';
import type { Era } from './ledger/incidents.ts';
import { leadOf, ledgerOf } from './ledger/point-ledger.ts';
import type { OpenAnswer } from './open-answer.ts';
import {
  between,
  concatenate,
  emptySamples,
  lowerBound,
  mergeSamples,
  type Samples,
  summarise,
} from './samples.ts';
import { BUSY_MS } from './segment.ts';

/** What is asked of one point. `open` is what the writer has in memory, asked for before the file is read. */
export interface PointSpan {
  readonly point: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly open: OpenAnswer;
}

export interface EventQuestion {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly limit: number;
  readonly types: EventTypes;
}

/** Rows read at once, so that a small limit does not read a year. */
const PAGE_ROWS = 64;

const clampTime = (at: EpochMs): EpochMs => Math.min(Math.max(0, at), LAST_TIME);

/**
 * Answers from `history.sqlite` and the writer's open hours together. An hour may be on its way from one to the
 * other: the open part was asked first, so nothing is missing, and `at` is unique, so nothing counts twice.
 */
export class HistoryReader {
  readonly #db: DatabaseSync;
  readonly #point: StatementSync;
  readonly #hours: StatementSync;
  readonly #bodies: StatementSync;
  readonly #body: StatementSync;
  readonly #lastBefore: StatementSync;
  readonly #late: StatementSync;
  readonly #incidents: IncidentReader;

  constructor(dir: string) {
    this.#db = new DatabaseSync(historyPath(dir), { readOnly: true, timeout: BUSY_MS });
    const range = 'FROM hour WHERE key >= ? AND key < ? ORDER BY key';
    this.#point = this.#db.prepare('SELECT * FROM point WHERE id = ?');
    this.#hours = this.#db.prepare(`SELECT ${HOUR_COLUMNS} ${range}`);
    this.#bodies = this.#db.prepare(`SELECT ${HOUR_COLUMNS}, body ${range} LIMIT ${PAGE_ROWS}`);
    this.#body = this.#db.prepare(`SELECT ${HOUR_COLUMNS}, body FROM hour WHERE key = ?`);
    this.#late = this.#db.prepare(`SELECT key, crc, body ${range.replace('hour', 'late')}`);
    this.#lastBefore = this.#db.prepare(
      'SELECT key FROM hour WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT 1',
    );
    this.#incidents = new IncidentReader(this.#db);
  }

  readings(span: PointSpan, limit: number): Samples {
    const { from, to } = span;
    const pieces: Samples[] = [];
    let count = 0;
    for (const samples of this.#storedHours(span)) {
      const piece = between(samples, from, to);
      pieces.push(piece);
      count += piece.at.length;
      if (count >= limit) break;
    }
    // The open readings may lie between those that were found: the earliest of both are the answer.
    const open = between(span.open.samples, from, to);
    return head(mergeSamples(concatenate(pieces), open), limit);
  }

  /** Of the hours that touch the span: which readings came late, and when. */
  late({ point, from, to, open }: PointSpan): Arrivals {
    const no = this.#numberOf(point);
    if (no === undefined) return open.late;
    const stored = this.#late
      .all(...keysOf(no, from, to))
      .map(({ key, crc, body }) =>
        decodeArrivals(hourOfKey(Number(key)), checkedBlob(Number(key), crc, body)),
      );
    const all = [...stored, open.late];
    return { at: all.flatMap(({ at }) => at), arrived: all.flatMap(({ arrived }) => arrived) };
  }

  buckets(span: PointSpan, every: Ms): Bucket[] {
    const { from, to, open } = span;
    const tally = new BucketTally(every);
    const touched = groupByHour(open.samples);
    const no = this.#numberOf(span.point);
    const rows = no === undefined ? [] : this.#hours.all(...keysOf(no, from, to));
    for (const row of rows.map(checkedHour)) {
      const hour = hourOfKey(row.key);
      if (isWhole(hour, { from, to, every }) && !touched.has(hour)) tally.add(hour * HOUR, row);
      else touched.set(hour, mergeSamples(this.#decode(row.key), touched.get(hour) ?? emptySamples()));
    }
    for (const samples of touched.values()) addSamples(tally, between(samples, from, to), every);
    return tally.buckets();
  }

  /** What comes after `now` is not known yet. `every` counts for a point that no event speaks of. */
  ledger(span: PointSpan, every: Ms, now: EpochMs): PointLedger {
    const { point, from, to, open } = span;
    const incidents = this.#incidents.read();
    const known = incidents.eras(point);
    const eras = known.length > 0 ? known : firstReadingOn(open.first, every);
    const longest = Math.max(every, ...eras.map((era) => era.every));
    const end = Math.min(now, to + 2 * longest);
    const begun = { ...span, from: from - leadOf(longest), to: end };
    const { at, mark } = concatenate([
      this.#readingBefore(begun),
      mergeSamples(this.#all(begun), between(open.samples, begun.from, end)),
    ]);
    return ledgerOf({ point, from, to, end, eras, incidents, at, mark });
  }

  /** The newest event of one of the types, by its row. */
  lastEvent(types: readonly string[]): JournalEvent | null {
    return lastEvent(this.#db, types);
  }

  events({ from, to, limit, types }: EventQuestion): NumberedEvent[] {
    const [operator, named] = 'only' in types ? ['IN', types.only] : ['NOT IN', types.but];
    const places = named.map(() => '?').join(', ');
    const rows = this.#db
      .prepare(
        `SELECT seq, body FROM event WHERE at >= ? AND at < ? AND type ${operator} (${places}) ORDER BY at, seq LIMIT ?`,
      )
      .all(from, to, ...named, limit);
    return rows.map((row) => ({ seq: Number(row['seq']), ...decodeEvent(row['body'] as Uint8Array) }));
  }

  close(): void {
    this.#db.close();
  }

  #numberOf(point: string): number | undefined {
    const row = this.#point.get(point);
    if (row === undefined) return undefined;
    checkPoint(row);
    return Number(row['no']);
  }

  #decode(key: number): Samples {
    const row = this.#body.get(key);
    return row === undefined ? emptySamples() : decodeHour(hourOfKey(key), checkedBody(row));
  }

  /** Hour by hour, its parts together. */
  *#storedHours(span: PointSpan): Iterable<Samples> {
    const no = this.#numberOf(span.point);
    if (no === undefined) return;
    let [start, end] = keysOf(no, span.from, span.to);
    let samples = emptySamples();
    let current = -1;
    for (let rows = this.#bodies.all(start, end); rows.length > 0; rows = this.#bodies.all(start, end)) {
      for (const row of rows) {
        const hour = hourOfKey(Number(row['key']));
        if (hour !== current && current >= 0) {
          yield samples;
          samples = emptySamples();
        }
        current = hour;
        samples = mergeSamples(samples, decodeHour(hour, checkedBody(row)));
        start = Number(row['key']) + 1;
      }
    }
    if (current >= 0) yield samples;
  }

  #all(span: PointSpan): Samples {
    const pieces: Samples[] = [];
    for (const samples of this.#storedHours(span)) pieces.push(between(samples, span.from, span.to));
    return concatenate(pieces);
  }

  /** The last reading before the span, if there is one. Only its time is asked for. */
  #readingBefore({ point, from, open }: PointSpan): Samples {
    const inMemory = between(open.samples, 0, from).at.at(-1) ?? -1;
    const no = this.#numberOf(point);
    const stored = no === undefined ? null : this.#storedBefore(no, from, hourAfter(from));
    const at = Math.max(inMemory, stored ?? -1);
    if (at < 0) return emptySamples();
    const one = emptySamples(1);
    one.at[0] = at;
    return one;
  }

  /** The newest stored time before `from`, looked for in the hours before `hour`, the nearest first. */
  #storedBefore(no: number, from: EpochMs, hour: number): EpochMs | null {
    for (;;) {
      const key = this.#lastBefore.get(hourKey(no, 0, 0), hourKey(no, hour, 0))?.['key'];
      if (key === undefined) return null;
      hour = hourOfKey(Number(key));
      const parts = this.#hours.all(hourKey(no, hour, 0), hourKey(no, hour + 1, 0));
      const times = parts
        .flatMap((part) => [...this.#decode(Number(part['key'])).at])
        .filter((at) => at < from);
      if (times.length > 0) return Math.max(...times);
    }
  }
}

const firstReadingOn = (first: EpochMs | null, every: Ms): Era[] =>
  first === null ? [] : [{ from: first, to: Number.POSITIVE_INFINITY, every }];

const hourAfter = (at: EpochMs): number => Math.floor(clampTime(at) / HOUR) + 1;

const keysOf = (no: number, from: EpochMs, to: EpochMs): [start: number, end: number] => [
  hourKey(no, Math.floor(clampTime(from) / HOUR), 0),
  hourKey(no, hourAfter(to - 1), 0),
];

const head = ({ at, value, mark }: Samples, limit: number): Samples => ({
  at: at.slice(0, limit),
  value: value.slice(0, limit),
  mark: mark.slice(0, limit),
});

function groupByHour(samples: Samples): Map<number, Samples> {
  const groups = new Map<number, Samples>();
  for (let i = 0; i < samples.at.length; ) {
    const hour = Math.floor((samples.at[i] ?? 0) / HOUR);
    groups.set(hour, between(samples, hour * HOUR, (hour + 1) * HOUR));
    i = lowerBound(samples.at, (hour + 1) * HOUR);
  }
  return groups;
}

function addSamples(tally: BucketTally, samples: Samples, every: Ms): void {
  for (let i = 0; i < samples.at.length; ) {
    const start = samples.at[i] ?? 0;
    const end = (Math.floor(start / every) + 1) * every;
    tally.add(start, summarise(between(samples, start, end)));
    i = lowerBound(samples.at, end);
  }
}
