import type { Alarm, AlarmEvent } from '#model/alarm';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, MINUTE, type Ms, SECOND } from '#model/time';
import { backoff } from '../../gateway/runtime/backoff.ts';
import type { Acted } from './book/book.ts';
import type { Changes, StoredEvent } from './changes.ts';
import { countAlarms } from './count-alarms.ts';
import type { Evaluator } from './judge/evaluator.ts';

/**
 * When the position is stored while nothing happens: after so many rows, but not sooner than the shortest, and after the
 * longest in any case. It bounds what is replayed after a crash to a second's work; and each time writes a row a point
 * to flash, which at a hospital's rate is more than the readings themselves: a fridge with all rules of its standard has
 * 7 KB.
 */
const CHECKPOINT = { rows: 2_000, shortest: 10 * SECOND, longest: MINUTE };

export interface CommitterOptions {
  readonly store: { commit(changes: Changes): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Called when what a person did is durable. */
  readonly onActed: (acted: Acted) => void;
}

/**
 * Brings what the evaluator drained to disk and says so afterwards. While one transaction is being written the
 * evaluation goes on, and the next takes all that came meanwhile.
 */
export class Committer {
  readonly #options: CommitterOptions;
  readonly #listeners = new Set<(event: AlarmEvent) => void>();
  #stopping = new AbortController();
  #acted: Acted[] = [];
  #committing: Promise<void> | undefined;
  #committed: { readonly at: Ms; readonly cursor: number } = { at: 0, cursor: 0 };

  constructor(options: CommitterOptions) {
    this.#options = options;
  }

  onEvent(listener: (event: AlarmEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** To be told of with the next transaction. */
  noteActed(acted: Acted): void {
    this.#acted.push(acted);
  }

  isDue({ eventful, cursor }: Evaluator): boolean {
    const age = this.#options.clock.monotonic() - this.#committed.at;
    const rest =
      cursor - this.#committed.cursor >= CHECKPOINT.rows ? CHECKPOINT.shortest : CHECKPOINT.longest;
    return eventful || this.#acted.length > 0 || age >= rest;
  }

  commitSoon(evaluator: Evaluator): void {
    this.commit(evaluator).catch((err: Error) => {
      this.#options.log.error({ err }, 'alarm state could not be stored before the stop');
    });
  }

  /** Resolves when all that was there is on disk. */
  commit(evaluator: Evaluator): Promise<void> {
    this.#committing ??= this.#commitAll(evaluator).finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  start(): void {
    this.#stopping = new AbortController();
  }

  /** What is tried again is tried once more, and then given up. */
  stop(): void {
    this.#stopping.abort();
  }

  async #commitAll(evaluator: Evaluator): Promise<void> {
    do {
      const acted = this.#acted.splice(0);
      const changes = evaluator.drain();
      await this.#write(changes);
      this.#committed = { at: this.#options.clock.monotonic(), cursor: changes.position.cursor };
      this.#publish(evaluator.open(), changes.events);
      for (const one of acted) this.#options.onActed(one);
    } while (evaluator.eventful || this.#acted.length > 0);
  }

  /** Tries until it is on disk: what was drained exists nowhere else. Gives up only when the engine stops. */
  async #write(changes: Changes): Promise<void> {
    const { store, log, clock } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        return await store.commit(changes);
      } catch (err) {
        if (this.#stopping.signal.aborted) throw err;
        log.error({ err }, 'alarm state could not be stored; it is tried again');
        const delay = backoff(failures, { first: 100, longest: 5 * SECOND, random: Math.random });
        // A stop cuts the wait short for one last try.
        await clock.sleep(delay, this.#stopping.signal).catch(() => undefined);
      }
    }
  }

  #publish(open: readonly Alarm[], events: readonly StoredEvent[]): void {
    const { meter, log } = this.#options;
    countAlarms(meter, open, events);
    for (const { event } of events) {
      for (const listener of this.#listeners) {
        try {
          listener(event);
        } catch (err) {
          log.error({ err, alarm: event.alarm.id }, 'a listener of alarm events failed');
        }
      }
    }
  }
}
