import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Consumer } from '#model/consumer';
import type { JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { RetentionPlan } from '#model/retention';
import { type EpochMs, MINUTE } from '#model/time';
import { Conflicts } from './conflicts.ts';
import { type Damage, DamageReport } from './damage.ts';
import { encodeEvent } from './entries.ts';
import { Expiry } from './expiry.ts';
import { Flusher } from './flusher.ts';
import { HistoryRepair } from './history-repair.ts';
import type { HistoryStore } from './history-store.ts';
import { damageOf } from './hour-row.ts';
import { Integrity } from './integrity.ts';
import { missingSegments } from './missing-segments.ts';
import type { Notice } from './notices.ts';
import { type Latest, latestOf, type OpenAnswer, openAnswer } from './open-answer.ts';
import { openHistory } from './open-history.ts';
import { OpenHours } from './open-hours.ts';
import { replayAfter } from './replay.ts';
import { forgetRestored, readRestored } from './restored-note.ts';
import { RowPacker } from './row-packer.ts';
import { describeStart, RUN_TYPES, type RunIdentity } from './run-identity.ts';
import { KIND } from './segment.ts';
import type { NewRow } from './segment-writer.ts';
import { Segments } from './segments.ts';
import { settleCursors } from './settled-cursors.ts';

export interface JournalWriterOptions {
  readonly dir: string;
  readonly segmentBytes: number;
  readonly openReadings: number;
  /** The wall clock at the start. */
  readonly now: EpochMs;
  readonly identity: RunIdentity;
  /** The site's id, for what is signed. */
  readonly site: string;
  /** For how long what is kept; null: for ever. */
  readonly retention: RetentionPlan | null;
  /** Those that the site has. */
  readonly consumers: readonly Consumer[];
  /** What is found or done here, and is to be an event. */
  readonly tell: (notice: Notice) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** What is to be committed together. `readings` is a body whose point numbers hold for the session. */
export interface Batch {
  readonly arrived: EpochMs;
  readonly readings: Uint8Array | null;
  readonly events: readonly JournalEvent[];
}

export interface Committed {
  /** The newest row now. */
  readonly head: number;
  /** The row of the readings; null when all were repeats, or there were none. */
  readonly readingsSeq: number | null;
  /** The places of the repeats in the batch. */
  readonly repeated: readonly number[];
  /** The row of the first event; the others follow it. */
  readonly eventsSeq: number;
  /** Of the places: those of another value than the stored one. */
  readonly conflicts: number;
  /** What the journal itself had to say of the batch: rows that follow those of the batch's events. */
  readonly remarks: readonly JournalEvent[];
}

const LONG_WAL_BYTES = 64 * 2 ** 20;

/** Everything that writes, in one thread: the segments, the open hours and the history file behind them. */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #segments: Segments;
  readonly #history: HistoryStore;
  readonly #hours: OpenHours;
  readonly #packer: RowPacker;
  readonly #flusher: Flusher;
  readonly #repair: HistoryRepair;
  readonly #integrity: Integrity;
  readonly #expiry: Expiry;
  /** All rows up to this one are in the open hours or in the history. A replay comes to the head slice by slice. */
  #taken = 0;
  #broken = false;

  constructor(options: JournalWriterOptions) {
    const { dir, log, meter } = options;
    this.#options = options;
    this.#segments = new Segments(options);
    settleCursors(options);
    this.#history = openHistory(dir, log);
    this.#repair = new HistoryRepair({ dir, history: this.#history, log, meter });
    this.#hours = new OpenHours((point, hour) => this.#repair.storedHour(point, hour));
    this.#packer = new RowPacker(this.#hours, () => this.#segments.current);
    this.#flusher = new Flusher({
      history: this.#history,
      hours: this.#hours,
      taken: () => this.#taken,
      openReadings: options.openReadings,
      onFailure: (error) => {
        const damage = damageOf(error);
        if (damage !== undefined) this.repair(damage.key);
      },
      log,
      meter,
    });
    this.#segments.skipTo(this.#history.cursor);
    this.#history.loadPoints((id) => this.#hours.point(id));
    this.#replayAfter(this.#history.cursor);
    const lastRow = this.#segments.current.arrived;
    this.#integrity = new Integrity({ ...options, seals: this.#history.eventsOf('segment-sealed') });
    this.#expiry = new Expiry({ ...options, plan: options.retention, history: this.#history });
    this.#tellOfMissing();
    this.#recordStart(lastRow);
    this.#lookToIntegrity(options.now);
  }

  get head(): number {
    return this.#segments.head;
  }

  /** The files could not even be opened again after a failure: only a new start helps. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Resolves to what became durable; when it throws, nothing did. Events go before the readings of the same commit: that
   * the clock was set must stand before the first reading that was stamped by it.
   */
  commit({ arrived, readings, events }: Batch): Committed {
    const sorted = { repeated: [], conflicts: new Conflicts() };
    const { repeated, conflicts } = sorted;
    try {
      this.#refuseOverflow();
      const settled = this.#segments.settle();
      // Readings alone begin a segment: what is noted of a finished one must not finish the next.
      if (readings !== null) this.#segments.rollIfDue(arrived);
      const eventsSeq = this.#segments.head + 1;
      const place = { seq: eventsSeq + events.length, arrived };
      const row = readings === null ? null : this.#packer.pack(readings, place, sorted);
      const remarks = [...conflicts.events(arrived), ...(settled ? [rewritten(arrived)] : [])];
      const remarksSeq = row === null ? place.seq : place.seq + 1;
      const rows = [...events.map(eventRow), ...(row === null ? [] : [row]), ...remarks.map(eventRow)];
      if (rows.length > 0) this.#segments.append(rows, arrived);
      this.#hours.commit();
      this.#taken = this.#segments.head;
      this.#flusher.addEvents([...numbered(events, eventsSeq), ...numbered(remarks, remarksSeq)]);
      const readingsSeq = row === null ? null : place.seq;
      return {
        ...{ head: this.#segments.head, readingsSeq, repeated, eventsSeq },
        ...{ conflicts: conflicts.count, remarks },
      };
    } catch (error) {
      this.#hours.rollback();
      if (readings !== null) this.#packer.learn(readings);
      this.#recover(error);
      throw error;
    }
  }

  /** Between commits: checkpoints, and hours into the history file. True when there is more to do. */
  idle(): boolean {
    this.#segments.current.checkpointIfDue();
    this.#flusher.step();
    this.#integrity.step(this.#segments.current.no);
    this.#repair.step();
    return this.#flusher.busy || this.#integrity.busy || this.#repair.busy;
  }

  /** Now and then. `now` decides which hours are over. */
  tick(now: EpochMs): void {
    const { arrived } = this.#segments.current;
    if (now - arrived >= MINUTE) this.#history.setAlive(now);
    this.#segments.current.truncateIfLong(LONG_WAL_BYTES);
    this.#flusher.plan(now);
    this.#lookToIntegrity(now);
    this.#expiry.tick(now);
    this.#options.meter.gauge('hygate_journal_bytes', folderBytes(this.#options.dir));
  }

  /** A row of an hour of the history was found damaged; null: more than one hour, which waits for the next start. */
  repair(key: number | null): void {
    this.#repair.request(key, this.#hours.points.values());
  }

  /** When memory is full, hours go to the file without waiting for the next tick. */
  planIfFull(): void {
    if (this.#flusher.overfull) this.#flusher.plan(0);
  }

  /** What of the point is not in the history file. */
  open(id: string, from: EpochMs, to: EpochMs): OpenAnswer {
    return openAnswer(this.#hours.points.get(id), from, to);
  }

  /** The newest reading of each point. */
  latest(): Latest {
    return latestOf(this.#hours.points.values());
  }

  /** The clean end: everything in the file, so that the next start has nothing to replay. */
  close(now: EpochMs): void {
    try {
      const event = { type: 'gateway-stopped', at: now, by: null, data: {} };
      this.commit({ arrived: now, readings: null, events: [event] });
      this.#flusher.all();
    } finally {
      this.#integrity.close();
      this.#repair.close();
      this.#segments.close();
      this.#history.close();
    }
  }

  /** The history lags so far behind that memory would not end: then the disk is in no state to take more. */
  #refuseOverflow(): void {
    const limit = 4 * this.#options.openReadings;
    if (this.#hours.samples <= limit) return;
    this.#flusher.plan(0);
    throw new Error(
      `the history cannot be written and ${this.#hours.samples} readings wait for it in memory`,
    );
  }

  #recover(error: unknown): void {
    const head = this.#segments.head;
    this.#broken = true;
    this.#segments.reopen(error);
    this.#broken = false;
    this.#recordSetAside();
    // A commit that failed in its last step may be in the file all the same: then it counts.
    if (this.#segments.head > head) this.#replayAfter(head);
  }

  #replayAfter(cursor: number): void {
    const { dir, log, meter, tell } = this.#options;
    const onDamage = (damage: Damage) => tell({ kind: 'damage', damage });
    const onTaken = (seq: number) => {
      this.#taken = seq;
    };
    this.#taken = cursor;
    replayAfter(cursor, { dir, hours: this.#hours, flusher: this.#flusher, onTaken, onDamage, log, meter });
  }

  /** `lastRow` bounds the run before this one, when that ended without a word. */
  #recordStart(lastRow: EpochMs): void {
    const { dir, now, identity } = this.#options;
    const ranUntil = Math.max(lastRow, this.#history.alive);
    const start = describeStart(this.#history.lastEvent(RUN_TYPES), identity, readRestored(dir));
    const data = { ranUntil: ranUntil === 0 ? null : ranUntil, ...start };
    this.commit({
      arrived: now,
      readings: null,
      events: [{ type: 'gateway-started', at: now, by: null, data }],
    });
    forgetRestored(dir);
    this.#recordSetAside();
  }

  #tellOfMissing(): void {
    const { dir, log, meter, tell } = this.#options;
    const report = new DamageReport(log, meter, (damage) => tell({ kind: 'damage', damage }));
    const told = ['segment-expired', 'rows-damaged'].flatMap((type) => this.#history.eventsOf(type));
    for (const damage of missingSegments(dir, told)) report.rows(damage);
  }

  #lookToIntegrity(now: EpochMs): void {
    const { no: segment, head: seq, hash } = this.#segments.current;
    this.#integrity.tick({ segment, seq, hash }, now);
  }

  #recordSetAside(): void {
    const { now } = this.#options;
    const events = this.#segments.takeSetAside().map((file) => ({
      type: 'journal-segment-set-aside',
      at: now,
      by: null,
      data: { file },
    }));
    if (events.length > 0) this.commit({ arrived: now, readings: null, events });
  }
}

const eventRow = (event: JournalEvent): NewRow => ({ kind: KIND.event, count: 1, body: encodeEvent(event) });

const numbered = (events: readonly JournalEvent[], from: number) =>
  events.map((event, index) => ({ seq: from + index, event }));

function folderBytes(dir: string): number {
  const sizes = readdirSync(dir).map(
    (name) => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Stands where the log was written anew after a commit had failed. */
const rewritten = (at: EpochMs): JournalEvent => ({ type: 'journal-rewritten', at, by: null, data: {} });
