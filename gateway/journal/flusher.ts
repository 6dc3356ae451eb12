import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type EpochMs, HOUR, MINUTE } from '#model/time';
import type { HistoryEvent, HistoryStore, HourToStore } from './history-store.ts';
import type { OpenHours } from './open-hours.ts';

export interface FlusherOptions {
  readonly history: HistoryStore;
  readonly hours: OpenHours;
  /** All rows up to this one are in the open hours or in the history: the cursor of the history stays below it. */
  readonly taken: () => number;
  /** More readings than this in memory are moved to the file, whether their hours are over or not. */
  readonly openReadings: number;
  /** Told of whatever kept it from writing; it tries again by itself. */
  readonly onFailure: (error: unknown) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** What usually comes late within an hour still goes into the hour's one row. */
const GRACE = 2 * MINUTE;
/** One slice keeps the writer from its commits for a few milliseconds. */
const SLICE_HOURS = 64;
const SLICE_READINGS = 10_000;

/** Moves hours from memory into the history file, a slice at a time between commits. */
export class Flusher {
  readonly #options: FlusherOptions;
  #events: HistoryEvent[] = [];
  #waiting: HourToStore[] = [];

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  /** Slices wait to be written. */
  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  get overfull(): boolean {
    return this.#options.hours.samples >= this.#options.openReadings;
  }

  /** An event is visible to queries at once: events are few. */
  addEvents(events: readonly HistoryEvent[]): void {
    this.#events.push(...events);
    this.#storeEvents();
  }

  /** Begins to move what is over at `now`, or everything when memory is full. */
  plan(now: EpochMs): void {
    if (this.busy) return;
    const all = this.overfull;
    for (const point of this.#options.hours.points.values()) {
      for (const hour of point.hours.values()) {
        if (all || (hour.hour + 1) * HOUR + GRACE <= now) this.#waiting.push({ point, hour });
      }
    }
    if (!this.busy) this.#advance();
  }

  /** Writes the next slice. What fails stays in memory and is planned again. */
  step(): void {
    const slice = this.#takeSlice();
    if (slice.length === 0) return;
    try {
      this.#options.history.store(slice);
      for (const { point, hour } of slice) this.#options.hours.drop(point, hour);
    } catch (error) {
      this.#waiting = [];
      this.#failed(error);
      return;
    }
    if (!this.busy) this.#advance();
  }

  /** Everything, at once. */
  all(): void {
    this.#waiting = [];
    this.plan(Number.POSITIVE_INFINITY);
    while (this.busy) this.step();
  }

  #takeSlice(): HourToStore[] {
    let readings = 0;
    const enough = this.#waiting.findIndex((entry, index) => {
      readings += entry.hour.length;
      return index + 1 >= SLICE_HOURS || readings >= SLICE_READINGS;
    });
    return this.#waiting.splice(0, enough < 0 ? this.#waiting.length : enough + 1);
  }

  #advance(): void {
    this.#storeEvents();
    const { history, hours, taken } = this.#options;
    const eventsSafe = (this.#events[0]?.seq ?? Number.POSITIVE_INFINITY) - 1;
    try {
      history.setCursor(Math.min(hours.safeSeq(taken()), eventsSafe));
    } catch (error) {
      this.#failed(error);
    }
  }

  #storeEvents(): void {
    if (this.#events.length === 0) return;
    try {
      this.#options.history.storeEvents(this.#events);
      this.#events = [];
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#options.onFailure(error);
    this.#options.meter.count('hygate_journal_errors_total', { reason: 'history' });
    this.#options.log.error({ err: error }, 'the history cannot be written; it is tried again');
  }
}
