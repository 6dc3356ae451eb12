import { type EpochMs, HOUR } from '#model/time';
import { lowerBound, type Samples, sortSamples } from './samples.ts';

/** The readings of one hour of one point that are not yet in the history file, in order of arrival. */
export class OpenHour {
  readonly hour: number;
  /** The row from which the first of them came: the history's cursor stays before it. */
  readonly firstSeq: number;
  /** The times of this hour that are in the history file already; undefined until asked for. */
  stored: ReadonlySet<EpochMs> | undefined;
  readonly #at: number[] = [];
  readonly #value: number[] = [];
  readonly #mark: number[] = [];
  #sorted = true;
  #unsortedTimes: Set<EpochMs> | undefined;

  constructor(hour: number, firstSeq: number) {
    this.hour = hour;
    this.firstSeq = firstSeq;
  }

  get length(): number {
    return this.#at.length;
  }

  has(at: EpochMs): boolean {
    if (this.#sorted) return this.#at[lowerBound(this.#at, at)] === at;
    this.#unsortedTimes ??= new Set(this.#at);
    return this.#unsortedTimes.has(at);
  }

  push(at: EpochMs, value: number, mark: number): void {
    const last = this.#at.at(-1);
    if (last !== undefined && at < last) this.#sorted = false;
    this.#at.push(at);
    this.#value.push(value);
    this.#mark.push(mark);
    this.#unsortedTimes?.add(at);
  }

  /** Takes the newest arrival back. */
  pop(): void {
    const at = this.#at.pop();
    this.#value.pop();
    this.#mark.pop();
    if (at !== undefined) this.#unsortedTimes?.delete(at);
  }

  samples(): Samples {
    const samples = {
      at: Float64Array.from(this.#at),
      value: Float64Array.from(this.#value),
      mark: Uint8Array.from(this.#mark),
    };
    return this.#sorted ? samples : sortSamples(samples);
  }
}

/** The newest reading of a point and its first time: what queries and the duplicate check start from. */
export interface Newest {
  first: EpochMs;
  at: EpochMs;
  value: number;
  mark: number;
}

export interface OpenPoint {
  readonly id: string;
  /** Its number in the history file; 0 until it has one. */
  no: number;
  newest: Newest | undefined;
  readonly hours: Map<number, OpenHour>;
}

/** Looks into the history file for the times of an hour. */
export type StoredTimes = (point: OpenPoint, hour: number) => ReadonlySet<EpochMs>;

interface Undo {
  readonly point: OpenPoint;
  readonly hour: OpenHour;
  readonly newest: Newest | undefined;
}

/**
 * Every point's open hours. Decides whether a reading is new: (point, at) is unique for ever. Most are newer than
 * their point's newest and pass at once; the others are looked up exactly, here and in the history file.
 */
export class OpenHours {
  readonly points = new Map<string, OpenPoint>();
  readonly #storedTimes: StoredTimes;
  #undo: Undo[] = [];
  #samples = 0;

  constructor(storedTimes: StoredTimes) {
    this.#storedTimes = storedTimes;
  }

  /** Readings in memory. */
  get samples(): number {
    return this.#samples;
  }

  point(id: string): OpenPoint {
    let point = this.points.get(id);
    if (point === undefined) {
      point = { id, no: 0, newest: undefined, hours: new Map() };
      this.points.set(id, point);
    }
    return point;
  }

  /** False when the reading is a repeat. Until `commit` it can be taken back. */
  accept(point: OpenPoint, seq: number, at: EpochMs, value: number, mark: number): boolean {
    const { newest } = point;
    const hourNo = Math.floor(at / HOUR);
    let hour = point.hours.get(hourNo);
    const isNewest = newest === undefined || at > newest.at;
    if (!isNewest && this.#isRepeat(point, hourNo, hour, at)) return false;
    if (hour === undefined) {
      hour = new OpenHour(hourNo, seq);
      point.hours.set(hourNo, hour);
    }
    this.#undo.push({ point, hour, newest });
    if (isNewest) point.newest = { first: newest?.first ?? at, at, value, mark };
    else if (at < newest.first) point.newest = { ...newest, first: at };
    hour.push(at, value, mark);
    this.#samples += 1;
    return true;
  }

  commit(): void {
    this.#undo = [];
  }

  /** Takes back everything accepted since the last commit. */
  rollback(): void {
    for (const { point, hour, newest } of this.#undo.reverse()) {
      hour.pop();
      if (hour.length === 0) point.hours.delete(hour.hour);
      point.newest = newest;
      this.#samples -= 1;
    }
    this.#undo = [];
  }

  /** The hour is in the history file now. */
  drop(point: OpenPoint, hour: OpenHour): void {
    point.hours.delete(hour.hour);
    this.#samples -= hour.length;
  }

  /** The history holds all rows up to here; `head` when nothing is open. */
  safeSeq(head: number): number {
    let safe = head;
    for (const point of this.points.values()) {
      for (const hour of point.hours.values()) safe = Math.min(safe, hour.firstSeq - 1);
    }
    return safe;
  }

  #isRepeat(point: OpenPoint, hourNo: number, hour: OpenHour | undefined, at: EpochMs): boolean {
    if (hour === undefined) return this.#storedTimes(point, hourNo).has(at);
    if (hour.has(at)) return true;
    hour.stored ??= this.#storedTimes(point, hourNo);
    return hour.stored.has(at);
  }
}
