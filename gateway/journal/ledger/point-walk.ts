import type { EpochMs } from '#model/time';
import type { Era } from './incidents.ts';
import { type TickSink, TickWalk } from './tick-walk.ts';

/** Walks a point's readings through its eras. Outside of them nothing is due, and a reading is one more. Times go up. */
export class PointWalk {
  readonly #eras: readonly Era[];
  readonly #sink: TickSink;
  #next = 0;
  #walk: TickWalk | undefined;
  #until: EpochMs = Number.NEGATIVE_INFINITY;

  constructor(eras: readonly Era[], sink: TickSink) {
    this.#eras = eras;
    this.#sink = sink;
  }

  /** Ticks before this are decided. */
  get decided(): EpochMs {
    return this.#walk?.decided ?? this.#eras[this.#next]?.from ?? Number.POSITIVE_INFINITY;
  }

  reading(at: EpochMs, mark: number): void {
    this.#reach(at);
    if (this.#walk === undefined) this.#sink.extra(at);
    else this.#walk.reading(at, mark);
  }

  /** Nothing came after the newest reading until then. */
  end(until: EpochMs): void {
    this.#reach(until);
    this.#walk?.end(until);
    this.#walk = undefined;
  }

  /** Leaves the eras that end before `at`, and enters the one that holds it. */
  #reach(at: EpochMs): void {
    if (this.#walk !== undefined && at < this.#until) return;
    for (;;) {
      this.#walk?.end(this.#until);
      this.#walk = undefined;
      const era = this.#eras[this.#next];
      if (era === undefined || at < era.from) return;
      this.#next += 1;
      this.#until = era.to;
      this.#walk = new TickWalk(era, this.#sink);
      if (at < era.to) return;
    }
  }
}
