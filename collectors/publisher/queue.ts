import type { DeviceId } from '#model/point';
import type { Sample } from '#model/reading';
import type { Ms } from '#model/time';

/** Samples of one device that go in one message. */
export interface Batch {
  readonly device: DeviceId;
  readonly samples: Sample[];
  /** On the monotonic clock. */
  readonly since: Ms;
  /** How often the connection ended while nothing but this batch was on its way. */
  closes: number;
  /** How often it did and another batch passed right after: then it is the batch, not the broker. */
  strikes: number;
}

export interface QueueLimits {
  /** Samples in one message. */
  readonly batch: number;
  /** How long a batch is left open for more. */
  readonly gather: Ms;
  /** Samples kept, those on their way included. */
  readonly capacity: number;
}

/** A batch that ended so many connections is passed by those of its own device: else a poisoned one would hold it up for good. */
export const OBSTINATE = 5;

/** What waits for the door, oldest first and bounded. Pure: time is an argument. */
export class Queue {
  readonly #limits: QueueLimits;
  readonly #waiting = new Set<Batch>();
  readonly #taken = new Set<Batch>();
  /** The newest batch of each device, as long as it has room and was not taken. */
  readonly #open = new Map<DeviceId, Batch>();
  #readings = 0;

  constructor(limits: QueueLimits) {
    this.#limits = limits;
  }

  /** Samples held: those that wait and those on their way. */
  get readings(): number {
    return this.#readings;
  }

  /** Returns the oldest batches, dropped to make room. */
  add(device: DeviceId, samples: readonly Sample[], now: Ms): readonly Batch[] {
    for (const sample of samples) this.#batch(device, now).samples.push(sample);
    this.#readings += samples.length;
    const dropped: Batch[] = [];
    while (this.#readings > this.#limits.capacity) {
      const [oldest] = this.#waiting;
      if (oldest === undefined) break;
      this.remove(oldest);
      dropped.push(oldest);
    }
    return dropped;
  }

  /** Those on their way and those that wait. */
  all(): readonly Batch[] {
    return [...this.#taken, ...this.#waiting];
  }

  /** The oldest batch; undefined when there is none. */
  first(): Batch | undefined {
    const [first] = this.#waiting;
    return first;
  }

  /**
   * Another one than `batch` to go first: of each device only its oldest may, so that it keeps its order, unless that is
   * obstinate. Best of another device, and one that never failed.
   */
  other(batch: Batch): Batch | undefined {
    const held = new Set<DeviceId>();
    const cost = (one: Batch) => one.closes + (one.device === batch.device ? OBSTINATE : 0);
    let best: Batch | undefined;
    for (const one of this.#waiting) {
      if (held.has(one.device)) continue;
      if (one.closes < OBSTINATE) held.add(one.device);
      if (one === batch) continue;
      if (best === undefined || cost(one) < cost(best)) best = one;
      if (cost(best) === 0) break;
    }
    return best;
  }

  /** 0 when the batch may go; else how long it is still left open. */
  opensFor(batch: Batch, now: Ms): Ms {
    if (batch.samples.length >= this.#limits.batch) return 0;
    return Math.max(0, batch.since + this.#limits.gather - now);
  }

  /** It is on its way, and gets no more samples. */
  take(batch: Batch): void {
    this.#waiting.delete(batch);
    this.#taken.add(batch);
    this.#shut(batch);
  }

  /** It arrived, or is given up. */
  remove(batch: Batch): void {
    if (!this.#waiting.delete(batch) && !this.#taken.delete(batch)) return;
    this.#shut(batch);
    this.#readings -= batch.samples.length;
  }

  /** What was on its way waits again, in front and in its old order. Returns it. */
  putBack(): readonly Batch[] {
    const taken = [...this.#taken];
    const waiting = [...this.#waiting];
    this.#taken.clear();
    this.#waiting.clear();
    for (const batch of [...taken, ...waiting]) this.#waiting.add(batch);
    return taken;
  }

  #batch(device: DeviceId, now: Ms): Batch {
    const open = this.#open.get(device);
    if (open !== undefined && open.samples.length < this.#limits.batch) return open;
    const batch: Batch = { device, samples: [], since: now, closes: 0, strikes: 0 };
    this.#open.set(device, batch);
    this.#waiting.add(batch);
    return batch;
  }

  #shut(batch: Batch): void {
    if (this.#open.get(batch.device) === batch) this.#open.delete(batch.device);
  }
}
