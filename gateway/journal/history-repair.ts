import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { HOUR } from '#model/time';
import { readBody } from './body.ts';
import { hourOfKey, pointOfKey } from './history-file.ts';
import type { HistoryStore } from './history-store.ts';
import { HistoryDamage } from './hour-row.ts';
import { OpenHours, type OpenPoint } from './open-hours.ts';
import { emptySamples, type Samples } from './samples.ts';
import { seqBefore } from './scan.ts';
import { KIND } from './segment.ts';
import { NOTHING_KNOWN, SegmentTail, type Slice } from './segment-tail.ts';

export interface HistoryRepairOptions {
  readonly dir: string;
  readonly history: HistoryStore;
  readonly log: Log;
  readonly meter: Meter;
}

interface Repair {
  readonly point: OpenPoint;
  readonly hour: number;
  readonly tail: SegmentTail;
  readonly found: OpenHours;
  seq: number;
}

/** Makes damaged hours of the history again, by reading the segments from shortly before the hour to their end. */
export class HistoryRepair {
  readonly #options: HistoryRepairOptions;
  #waiting: { readonly point: OpenPoint; readonly hour: number }[] = [];
  #running: Repair | undefined;

  constructor(options: HistoryRepairOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#running !== undefined || this.#waiting.length > 0;
  }

  /** What the history has of the hour. It decides over repeats and must be right: damaged, it is made again at once. */
  storedHour(point: OpenPoint, hour: number): Samples {
    const { history } = this.#options;
    try {
      return history.storedHour(point, hour);
    } catch (error) {
      if (!(error instanceof HistoryDamage)) throw error;
      this.plan(point, hour);
      while (this.busy) this.step();
      return history.storedHour(point, hour);
    }
  }

  /** A row of an hour was found damaged; null: more than one hour, which waits for the next start. */
  request(key: number | null, points: Iterable<OpenPoint>): void {
    if (key === null) this.#options.history.abandon();
    const point = [...points].find(({ no }) => key !== null && no === pointOfKey(key));
    if (key !== null && point !== undefined) this.plan(point, hourOfKey(key));
  }

  /** In idle time. */
  plan(point: OpenPoint, hour: number): void {
    const planned = [...this.#waiting, ...(this.#running === undefined ? [] : [this.#running])];
    if (planned.some((repair) => repair.point === point && repair.hour === hour)) return;
    const { log, meter } = this.#options;
    meter.count('hygate_journal_errors_total', { reason: 'history-damaged' });
    log.error(
      { point: point.id, hour: new Date(hour * HOUR).toISOString() },
      'an hour of the history is damaged: it is made again of the segments',
    );
    this.#waiting.push({ point, hour });
  }

  /** One slice of the segments. */
  step(): void {
    const repair = this.#running ?? this.#begin();
    if (repair === undefined) return;
    const slice = repair.tail.slice(repair.seq, NOTHING_KNOWN);
    const isEnd = slice.last === repair.seq;
    gather(repair, slice);
    repair.seq = slice.last;
    if (isEnd) this.#finish(repair);
  }

  close(): void {
    this.#running?.tail.close();
    this.#running = undefined;
  }

  #begin(): Repair | undefined {
    const next = this.#waiting.shift();
    if (next === undefined) return undefined;
    const { dir, log, meter } = this.#options;
    const tail = new SegmentTail(dir, log, meter);
    const found = new OpenHours(() => emptySamples());
    this.#running = { ...next, tail, found, seq: seqBefore(dir, next.hour * HOUR) };
    return this.#running;
  }

  #finish({ point, hour, found }: Repair): void {
    this.close();
    this.#options.history.replaceHour(point, hour, found.point(point.id).hours.get(hour));
    this.#options.log.info(
      { point: point.id, hour: new Date(hour * HOUR).toISOString() },
      'an hour of the history was made again',
    );
  }
}

/** The readings of the one point in the one hour; of repeats the first, as everywhere. */
function gather({ point, hour, found }: Repair, { points, rows }: Slice): void {
  let wanted = points.find(({ id }) => id === point.id)?.no;
  for (const { seq, arrived, kind, body } of rows) {
    if (kind !== KIND.readings) continue;
    readBody(body, {
      point: (no, id) => {
        if (id === point.id) wanted = no;
      },
      reading: (no, at, value, mark) => {
        if (no !== wanted || Math.floor(at / HOUR) !== hour) return;
        found.accept(found.point(point.id), { seq, arrived }, { at, value, mark });
      },
    });
    found.commit();
  }
}
