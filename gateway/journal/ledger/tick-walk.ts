import { type EpochMs, MINUTE, type Ms } from '#model/time';

/** Ticks of one silence that brought no reading: `first`, `first + every`, … */
export interface Missed {
  readonly first: EpochMs;
  readonly every: Ms;
  readonly count: number;
  /** The silence: from the reading before, or some time before the first was due, to the one that ended it, or until now. */
  readonly after: EpochMs;
  readonly before: EpochMs;
}

/** What a walk finds. A tick is a time at which a reading was due. */
export interface TickSink {
  stored(tick: EpochMs, mark: number): void;
  /** A reading between two ticks: a change that a server told, a logger that is faster than it was asked to be. */
  extra(at: EpochMs): void;
  missed(missed: Missed): void;
}

/**
 * A reading belongs to a tick when it comes no earlier or later than this share of a period. More than a half, so
 * that a source that found its place near the middle between two ticks does not fall to the one and the other in turn.
 */
const REACH = 0.75;

/**
 * The ticks lean towards their readings, as no source's clock runs as ours, but by no more than 2 % of a period at a
 * time: a quartz is off by 0.01 %, a loop that sleeps a minute and then works for a second by 1.7 %. What is slower
 * than that delivers less than it was asked for, and that is told.
 */
const LARGEST_LEAN = 0.02;
const LEAN = 0.04;

/**
 * Counts off when readings of one point fell due, from the readings themselves: nobody knows beforehand at which
 * second of its minute a logger speaks. Ticks are one period apart (± `LARGEST_LEAN`), so that what they say can be
 * checked against the clock. Pure; times go up.
 */
export class TickWalk {
  readonly #every: Ms;
  readonly #from: EpochMs;
  readonly #sink: TickSink;
  #tick: number | null = null;
  #newest: EpochMs;
  #dense = false;

  constructor({ every, from }: { readonly every: Ms; readonly from: EpochMs }, sink: TickSink) {
    this.#every = every;
    this.#from = from;
    this.#sink = sink;
    // A site file is read at a start of the gateway: what that held up is not the point's own silence.
    this.#newest = from - MINUTE;
  }

  /** The newest tick that brought a reading; what comes later is not decided yet. */
  get decided(): EpochMs {
    return this.#tick ?? this.#from;
  }

  reading(at: EpochMs, mark: number): void {
    const every = this.#every;
    if (this.#tick === null) this.#begin(at, mark);
    else {
      const periods = (at - this.#tick) / every;
      if (periods < 1 - REACH) {
        this.#dense = true;
        this.#sink.extra(at);
      } else this.#store(this.#tick + steps(periods) * every, at, mark);
    }
    this.#newest = at;
  }

  /** Nothing came after the newest reading until then. A tick whose reading may still be on its way is left out. */
  end(until: EpochMs): void {
    const last = this.#tick ?? this.#from;
    this.#miss(last + this.#every, Math.floor((until - last) / this.#every - REACH), until);
  }

  /** The first reading says where the ticks are; the point is awaited for at most a period. */
  #begin(at: EpochMs, mark: number): void {
    const missed = Math.floor((at - this.#from) / this.#every);
    this.#miss(at - missed * this.#every, missed, at);
    this.#tick = at;
    this.#sink.stored(at, mark);
  }

  #store(tick: number, at: EpochMs, mark: number): void {
    const every = this.#every;
    const last = this.#tick ?? tick;
    this.#miss(last + every, Math.round((tick - last) / every) - 1, at);
    this.#sink.stored(tick, mark);
    const lean = Math.min(LARGEST_LEAN, Math.max(-LARGEST_LEAN, ((at - tick) / every) * LEAN));
    // Where readings are denser than ticks, one that is early says nothing about the rhythm.
    this.#tick = this.#dense ? tick : tick + lean * every;
    this.#dense = false;
  }

  #miss(first: EpochMs, count: number, before: EpochMs): void {
    if (count > 0) this.#sink.missed({ first, every: this.#every, count, after: this.#newest, before });
  }
}

const steps = (periods: number): number => (periods <= 1 + REACH ? 1 : Math.round(periods));

/**
 * Whether so many ticks fit into a length of time: one more or less at its ends, and the lean. `cuts`: ends at which
 * the count itself begins or stops, where up to a period and a half has no tick.
 */
export function isPlausible(ticks: number, periods: number, cuts: number): boolean {
  return Math.abs(ticks - periods) <= 1 + 2 * cuts + periods * LARGEST_LEAN * 1.05;
}
