import type { PointId } from '#model/point';
import type { EpochMs } from '#model/time';
import type { RawRow } from '../segment-tail.ts';
import type { Column } from './columns.ts';
import type { HistoryCopy, NewestReading } from './history-copy.ts';

/** Compares what the history says beside its hours with the segments: the events, and each point's newest reading. */
export class HistoryClaims {
  readonly #history: HistoryCopy;
  readonly #faults: string[] = [];
  readonly #events = new Set<number>();
  /** Those that no reading of the segments has borne out yet. */
  readonly #newest: Map<PointId, NewestReading>;

  constructor(history: HistoryCopy) {
    this.#history = history;
    this.#newest = new Map(history.newest.map((reading) => [reading.point, reading]));
  }

  /** A row of the segments with an event. */
  event({ seq, body }: RawRow): void {
    this.#events.add(seq);
    const stored = this.#history.event(seq);
    if (stored === undefined) {
      if (seq <= this.#history.cursor) this.#faults.push(`the event of row ${seq} is not in the history`);
    } else if (!stored.isSound || Buffer.compare(stored.body, body) !== 0) {
      this.#faults.push(`the event of row ${seq} is another in the history`);
    }
  }

  /** All readings of a point in a span of time. */
  readings(point: PointId, { at, value, mark }: Column): void {
    const newest = this.#newest.get(point);
    if (newest === undefined) return;
    const place = placeOf(at, newest.at);
    if (place < 0 || mark[place] !== newest.mark) return;
    if (Object.is((value[place] ?? Number.NaN) + 0, newest.value + 0)) this.#newest.delete(point);
  }

  /** Sentences. `first`: the first row that there is; what is before `expiredBefore` may have expired. */
  finish(first: number, expiredBefore: EpochMs): readonly string[] {
    for (const seq of this.#history.eventsFrom(first))
      if (!this.#events.has(seq)) this.#faults.push(`the event of row ${seq} is in the history only`);
    for (const { point, at } of this.#newest.values()) {
      if (at < expiredBefore) continue;
      const when = new Date(at).toISOString();
      this.#faults.push(`the newest reading of ${point}, ${when}, is none that the segments have`);
    }
    return this.#faults;
  }
}

/** Where a time stands in ascending ones; -1 when it does not. */
function placeOf(times: ArrayLike<number>, time: EpochMs): number {
  let [low, high] = [0, times.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const there = times[middle] ?? 0;
    if (there === time) return middle;
    if (there < time) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
