import type { AlarmEvent } from '#model/alarm';
import { type EpochMs, type Ms, SECOND } from '#model/time';
import type { StoredEvent } from '../changes.ts';

/** A reading, a person's act and the clock are stamped in places of their own, milliseconds apart. */
const MOMENT: Ms = SECOND;

/**
 * Events with their numbers, until they are drained into a transaction. What comes after another is not told before it:
 * whoever asks by time how an alarm stands must find its last event last. A clock that was set back is left as it is.
 */
export class EventList {
  #count: number;
  #newest: EpochMs = 0;
  #events: StoredEvent[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  /** Numbers given so far. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#events.length === 0;
  }

  /** The event as it is kept. */
  add(event: AlarmEvent): AlarmEvent {
    const early = this.#newest - event.at;
    const kept = early > 0 && early < MOMENT ? { ...event, at: this.#newest } : event;
    this.#newest = kept.at;
    this.#events.push({ id: ++this.#count, event: kept });
    return kept;
  }

  drain(): StoredEvent[] {
    return this.#events.splice(0);
  }
}
