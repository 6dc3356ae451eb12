import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import { isFull } from '../runtime/disk-error.ts';
import { CHAIN_START } from './chain.ts';
import {
  BUSY_MS,
  createSegment,
  isDamage,
  isStrange,
  isUnreadable,
  LOST_SEGMENT_ROWS,
  listSegments,
  segmentPath,
  syncFolder,
} from './segment.ts';
import { SegmentFile } from './segment-file.ts';
import { type NewRow, SegmentWriter } from './segment-writer.ts';

export interface SegmentsOptions {
  readonly dir: string;
  /** A segment is closed when it has grown to this, or when a calendar month (UTC) begins. */
  readonly segmentBytes: number;
  readonly log: Log;
  readonly meter: Meter;
}

const monthOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 7);

/** The writing side of the segment files: appends to the newest, rolls, sets damaged ones aside. */
export class Segments {
  readonly #options: SegmentsOptions;
  readonly #setAside: string[] = [];
  #suspect = false;
  #current: SegmentWriter;

  constructor(options: SegmentsOptions) {
    this.#options = options;
    for (const name of readdirSync(options.dir)) {
      if (name.endsWith('.sqlite.new')) rmSync(join(options.dir, name));
    }
    rollBackUnfinished(options.dir);
    this.#current = this.#openNewest();
  }

  get head(): number {
    return this.#current.head;
  }

  /** Changes whenever point numbers are to be asked anew. */
  get current(): SegmentWriter {
    return this.#current;
  }

  /** The names of damaged segments set aside since the last call. */
  takeSetAside(): string[] {
    return this.#setAside.splice(0);
  }

  /** Begins the next segment when this one is full or a new month has begun. */
  rollIfDue(now: EpochMs): void {
    const { bytes, begun } = this.#current;
    if (begun === 0) return;
    // By the first row: the new month's first rows may have been events, which begin no segment.
    if (bytes >= this.#options.segmentBytes || monthOf(begun) !== monthOf(now)) this.#roll();
  }

  append(rows: readonly NewRow[], arrived: EpochMs): void {
    this.#current.append(rows, arrived);
  }

  /**
   * After a failed commit the kernel may hold pages that look written and never will be, and no later fsync says so:
   * nothing is built on the WAL before it was written once more. True when it was: the caller must then write a row, so
   * that the new WAL is on disk before anything of the old one counts.
   */
  settle(): boolean {
    if (!this.#suspect) return false;
    this.#current.rewrite();
    this.#suspect = false;
    return true;
  }

  /** The history has rows that the segments no longer have: go on after them, so that no seq comes twice. */
  skipTo(seq: number): void {
    if (seq > this.#current.head) this.#roll(seq + LOST_SEGMENT_ROWS);
  }

  /** After a failed commit: what the file says is the truth. A damaged file is set aside. */
  reopen(error: unknown): void {
    const { dir } = this.#options;
    const no = this.#current.no;
    this.#suspect ||= !isFull(error);
    this.#current.close();
    if (isDamage(error)) {
      this.#giveUp(no, error);
      this.#current = this.#openNewest(no);
    } else this.#current = existsSync(segmentPath(dir, no)) ? this.#open(no) : this.#openNewest();
  }

  close(): void {
    this.#current.close();
  }

  #roll(first = this.#current.head + 1): void {
    const { dir } = this.#options;
    const { no, hash } = this.#current;
    createSegment(dir, no + 1, { first, previousHash: hash });
    this.#current.close();
    this.#current = this.#open(no + 1);
  }

  /** `unusable`: a segment that cannot be written to, and may still be there. */
  #openNewest(unusable = 0): SegmentWriter {
    const { dir } = this.#options;
    const lost: number[] = [];
    for (const no of listSegments(dir).reverse()) {
      const segment = no === unusable ? undefined : this.#tryOpen(no);
      if (segment === undefined) lost.push(no);
      else if (lost.length === 0) return segment;
      else return this.#after(segment, lost);
    }
    createSegment(dir, Math.max(0, ...lost) + 1, {
      first: lost.length * LOST_SEGMENT_ROWS + 1,
      previousHash: CHAIN_START,
    });
    return this.#open(Math.max(0, ...lost) + 1);
  }

  #after(segment: SegmentWriter, lost: readonly number[]): SegmentWriter {
    const no = Math.max(...lost) + 1;
    createSegment(this.#options.dir, no, {
      first: segment.head + lost.length * LOST_SEGMENT_ROWS + 1,
      previousHash: segment.hash,
    });
    segment.close();
    return this.#open(no);
  }

  #open(no: number): SegmentWriter {
    return new SegmentWriter(this.#options.dir, no);
  }

  #tryOpen(no: number): SegmentWriter | undefined {
    try {
      return this.#open(no);
    } catch (error) {
      if (!isDamage(error) && !isStrange(error)) throw error;
      this.#giveUp(no, error);
      return undefined;
    }
  }

  #giveUp(no: number, error: unknown): void {
    if (hasReadableRows(this.#options.dir, no)) this.#leave(no, error);
    else this.#renameAside(no, error);
  }

  /** Nothing can be added to it any more; what can be read of it is served. */
  #leave(no: number, error: unknown): void {
    const { dir, log, meter } = this.#options;
    meter.count('hygate_journal_errors_total', { reason: 'segment-damaged' });
    const file = segmentPath(dir, no);
    log.error({ file, err: error }, 'a segment cannot be written to any more: a new one is begun');
    this.#setAside.push(file);
  }

  #renameAside(no: number, error: unknown): void {
    const { dir, log, meter } = this.#options;
    const path = segmentPath(dir, no);
    const aside = `${path}.damaged`;
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
    }
    syncFolder(dir);
    meter.count('hygate_journal_errors_total', { reason: 'segment-damaged' });
    log.error({ file: aside, err: error }, 'a segment cannot be opened: it is set aside and a new one begun');
    this.#setAside.push(aside);
  }
}

function hasReadableRows(dir: string, no: number): boolean {
  try {
    const file = new SegmentFile(dir, no);
    try {
      for (const row of file.after(0)) if (row !== 'unreadable') return true;
      return false;
    } finally {
      file.close();
    }
  } catch (error) {
    if (isUnreadable(error) || isStrange(error)) return false;
    throw error;
  }
}

/**
 * A kill in the middle of sealing leaves a change half done, and the rollback journal that undoes it. Only who may write
 * can do so, and until then the segment opens for no reader.
 */
function rollBackUnfinished(dir: string): void {
  for (const no of listSegments(dir)) {
    const path = segmentPath(dir, no);
    if (!existsSync(`${path}-journal`)) continue;
    const db = new DatabaseSync(path, { timeout: BUSY_MS });
    try {
      db.exec('PRAGMA schema_version');
    } catch (error) {
      // What is damaged beside being half done is met, told and counted where it is read.
      if (!isDamage(error)) throw error;
    } finally {
      db.close();
    }
  }
}
