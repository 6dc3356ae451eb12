import { LATE_AFTER } from '#model/reading';
import { type EpochMs, HOUR } from '#model/time';
import type { Arrivals } from './arrivals.ts';
import { hasValue } from './mark.ts';
import { lowerBound, type Samples, sortSamples } from './samples.ts';

/** The row in which readings lie. */
export interface RowPlace {
  readonly seq: number;
  readonly arrived: EpochMs;
}

/** A reading of a point that is known: when, what, and in which quality. */
export interface Sampled {
  readonly at: EpochMs;
  readonly value: number;
  readonly mark: number;
}

/** A conflict has the time of a stored reading and another value. */
export type Acceptance = 'new' | 'repeat' | 'conflict';

/** The readings of one hour of one point that are not yet in the history file, in order of arrival. */
export class OpenHour {
  readonly hour: number;
  /** The row from which the first of them came: the history's cursor stays before it. */
  readonly firstSeq: number;
  /** What of this hour is in the history file already; undefined until asked for. */
  stored: Samples | undefined;
  readonly #at: number[] = [];
  readonly #value: number[] = [];
  readonly #mark: number[] = [];
  /** Beside `at`: when a late reading arrived, else 0. Shorter than `at` while none of the last was late. */
  readonly #arrived: number[] = [];
  #sorted = true;
  /** Time → place, once the hour is out of order. */
  #places: Map<EpochMs, number> | undefined;

  constructor(hour: number, firstSeq: number) {
    this.hour = hour;
    this.firstSeq = firstSeq;
  }

  get length(): number {
    return this.#at.length;
  }

  find(at: EpochMs): Sampled | undefined {
    const place = this.#placeOf(at);
    return place === undefined || this.#at[place] !== at
      ? undefined
      : { at, value: this.#value[place] ?? Number.NaN, mark: this.#mark[place] ?? 0 };
  }

  push({ at, value, mark }: Sampled, arrived: EpochMs): void {
    const last = this.#at.at(-1);
    if (last !== undefined && at < last) this.#sorted = false;
    this.#places?.set(at, this.#at.length);
    if (arrived - at > LATE_AFTER) {
      while (this.#arrived.length < this.#at.length) this.#arrived.push(0);
      this.#arrived.push(arrived);
    }
    this.#at.push(at);
    this.#value.push(value);
    this.#mark.push(mark);
  }

  /** Takes the newest arrival back. */
  pop(): void {
    const at = this.#at.pop();
    this.#value.pop();
    this.#mark.pop();
    this.#arrived.length = Math.min(this.#arrived.length, this.#at.length);
    if (at !== undefined) this.#places?.delete(at);
  }

  samples(): Samples {
    const samples = {
      at: Float64Array.from(this.#at),
      value: Float64Array.from(this.#value),
      mark: Uint8Array.from(this.#mark),
    };
    return this.#sorted ? samples : sortSamples(samples);
  }

  /** Of the late readings. */
  arrivals(): Arrivals {
    const late = this.#arrived.flatMap((arrived, place) =>
      arrived === 0 ? [] : [{ at: this.#at[place] ?? 0, arrived }],
    );
    if (!this.#sorted) late.sort((a, b) => a.at - b.at);
    return { at: late.map(({ at }) => at), arrived: late.map(({ arrived }) => arrived) };
  }

  #placeOf(at: EpochMs): number | undefined {
    if (this.#sorted) return lowerBound(this.#at, at);
    this.#places ??= new Map(this.#at.map((time, place) => [time, place]));
    return this.#places.get(at);
  }
}

/** The newest reading of a point and its first time: what queries and the duplicate check start from. */
export interface Newest extends Sampled {
  readonly first: EpochMs;
}

export interface OpenPoint {
  readonly id: string;
  /** Its number in the history file; 0 until it has one. */
  no: number;
  newest: Newest | undefined;
  readonly hours: Map<number, OpenHour>;
}

/** Looks into the history file for an hour. */
export type StoredHour = (point: OpenPoint, hour: number) => Samples;

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
  readonly #storedHour: StoredHour;
  #undo: Undo[] = [];
  #samples = 0;

  constructor(storedHour: StoredHour) {
    this.#storedHour = storedHour;
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

  /** A reading that is new is kept; until `commit` it can be taken back. */
  accept(point: OpenPoint, row: RowPlace, reading: Sampled): Acceptance {
    const { newest } = point;
    const { at } = reading;
    const hourNo = Math.floor(at / HOUR);
    let hour = point.hours.get(hourNo);
    const isNewest = newest === undefined || at > newest.at;
    const known = isNewest ? undefined : this.#find(point, hourNo, at);
    if (known !== undefined) return isSame(known, reading) ? 'repeat' : 'conflict';
    if (hour === undefined) {
      hour = new OpenHour(hourNo, row.seq);
      point.hours.set(hourNo, hour);
    }
    this.#undo.push({ point, hour, newest });
    if (isNewest) point.newest = { ...reading, first: newest?.first ?? at };
    else if (at < newest.first) point.newest = { ...newest, first: at };
    hour.push(reading, row.arrived);
    this.#samples += 1;
    return 'new';
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

  #find(point: OpenPoint, hourNo: number, at: EpochMs): Sampled | undefined {
    const hour = point.hours.get(hourNo);
    const open = hour?.find(at);
    if (open !== undefined) return open;
    const stored = hour?.stored ?? this.#storedHour(point, hourNo);
    if (hour !== undefined) hour.stored = stored;
    const place = lowerBound(stored.at, at);
    if (stored.at[place] !== at) return undefined;
    return { at, value: stored.value[place] ?? Number.NaN, mark: stored.mark[place] ?? 0 };
  }
}

/**
 * The same measurement. The mark does not count: the door may judge the clock of a reading otherwise when it comes
 * again.
 */
function isSame(known: Sampled, reading: Sampled): boolean {
  const measured = hasValue(known.mark);
  return measured === hasValue(reading.mark) && (!measured || known.value === reading.value);
}
