import type { EpochMs, Ms } from '#model/time';

export interface Shelf {
  readonly until: EpochMs;
  /** Ends when the alarm clears, if that comes before. */
  readonly oneShot: boolean;
}

/** Point and rule → its shelf. It belongs to the condition and not to one occurrence: a chattering one stays quiet. */
export class Shelves {
  readonly #shelves: Map<string, Shelf>;

  constructor(stored: Readonly<Record<string, Shelf>>) {
    this.#shelves = new Map(Object.entries(stored));
  }

  until(key: string): EpochMs | null {
    return this.#shelves.get(key)?.until ?? null;
  }

  put(key: string, shelf: Shelf): void {
    this.#shelves.set(key, shelf);
  }

  take(key: string): void {
    this.#shelves.delete(key);
  }

  /** The condition is over; whether that ended its shelf. */
  clear(key: string): boolean {
    return this.#shelves.get(key)?.oneShot === true && this.#shelves.delete(key);
  }

  tick(now: EpochMs): void {
    for (const [key, { until }] of this.#shelves) if (until <= now) this.#shelves.delete(key);
  }

  /** The clock was set back. */
  setBack(by: Ms): void {
    for (const [key, shelf] of this.#shelves) this.#shelves.set(key, { ...shelf, until: shelf.until - by });
  }

  state(): Readonly<Record<string, Shelf>> {
    return Object.fromEntries(this.#shelves);
  }
}
