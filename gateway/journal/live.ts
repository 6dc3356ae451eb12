import type { Journal } from '#model/journal';
import type { Live } from '#model/live';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import type { PointId } from '#model/point';
import type { Reading } from '#model/reading';
import { type EpochMs, MINUTE, type Ms } from '#model/time';

export interface LiveValuesOptions {
  readonly journal: Journal;
  readonly log: Log;
}

/** A source that is ahead by no more is merely imprecise. */
const DRIFT: Ms = 2 * MINUTE;

type Listener = (readings: readonly Reading[]) => void;

/** The newest durable reading of each point. Late readings that are older than the newest change nothing. */
export class LiveValues implements Live, Part {
  readonly name = 'live';
  readonly #options: LiveValuesOptions;
  readonly #newest = new Map<PointId, Reading>();
  readonly #listeners = new Set<Listener>();
  #ended = new AbortController();
  #following: Promise<void> = Promise.resolve();

  constructor(options: LiveValuesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { journal, log } = this.#options;
    this.#ended = new AbortController();
    // The head first: what becomes durable while the latest are asked for is followed, too.
    const head = journal.head();
    for (const reading of await journal.history.latest()) this.#newest.set(reading.point, reading);
    this.#following = this.#follow(head).catch((error: unknown) => {
      log.error({ err: error }, 'live values stand still: the journal cannot be followed');
    });
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await this.#following;
  }

  get(point: PointId): Reading | undefined {
    return this.#newest.get(point);
  }

  all(): Iterable<Reading> {
    return this.#newest.values();
  }

  onReadings(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #follow(head: number): Promise<void> {
    for await (const entry of this.#options.journal.follow(head, this.#ended.signal)) {
      if (entry.kind !== 'readings') continue;
      const fresh = entry.readings.filter((reading) => this.#take(reading, entry.arrived));
      if (fresh.length > 0) this.#tell(fresh);
    }
  }

  #take(reading: Reading, arrived: EpochMs): boolean {
    const known = this.#newest.get(reading.point);
    // A clock that was ahead and was put right must not hold the value of its future for as long.
    const ahead = known !== undefined && known.at - arrived > DRIFT;
    if (known !== undefined && known.at >= reading.at && !ahead) return false;
    this.#newest.set(reading.point, reading);
    return true;
  }

  /** One listener's mistake is not another's. */
  #tell(fresh: readonly Reading[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(fresh);
      } catch (error) {
        this.#options.log.error({ err: error }, 'a listener of live values failed');
      }
    }
  }
}
