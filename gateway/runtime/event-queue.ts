import type { Journal, JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';

export interface EventQueueOptions {
  readonly record: Journal['record'];
  readonly log: Log;
  readonly meter: Meter;
}

/** Events that wait while the journal cannot write; then the oldest go. */
const MOST_WAITING = 1_000;

/** Events on their way into the journal: in order, one at a time, and again until it takes them. */
export class EventQueue {
  readonly #options: EventQueueOptions;
  #waiting: JournalEvent[] = [];
  #flushing: Promise<void> | undefined;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  add(events: readonly JournalEvent[]): void {
    this.#waiting.push(...events);
    this.#lose(Math.max(0, this.#waiting.length - MOST_WAITING));
  }

  /** Asks the journal at once. Resolves when nothing waits any more, or the journal does not take what does. */
  async flush(): Promise<void> {
    if (this.#flushing !== undefined) return this.#flushing;
    const flushing = Promise.withResolvers<void>();
    this.#flushing = flushing.promise;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await this.#options.record(next);
        // Meanwhile it may have been let go for newer ones.
        if (this.#waiting[0] === next) this.#waiting.shift();
      }
    } catch (err) {
      this.#options.log.debug({ err, waiting: this.#waiting.length }, 'events wait for the journal');
    } finally {
      this.#flushing = undefined;
      flushing.resolve();
    }
  }

  /** A last flush: nothing asks again for what the journal does not take then. */
  async end(): Promise<void> {
    await this.flush();
    this.#lose(this.#waiting.length);
  }

  #lose(oldest: number): void {
    for (const { type, at } of this.#waiting.splice(0, oldest)) {
      this.#options.meter.count('hygate_events_unrecorded_total', { type });
      this.#options.log.error({ type, at }, 'an event could not be journaled');
    }
  }
}
