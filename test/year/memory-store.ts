import type { Alarm } from '#model/alarm';
import type { PointId } from '#model/point';
import {
  BEGINNING,
  type Changes,
  type PointState,
  type Position,
  type Stored,
} from '../../alerts/engine/changes.ts';

/** What a start finds of the transactions before it, as alarms.sqlite would say it. */
export class MemoryStore {
  #position: Position = BEGINNING;
  readonly #points = new Map<PointId, PointState>();
  readonly #open = new Map<string, Alarm>();
  readonly #kept = new Map<string, unknown>();

  commit({ position, points, alarms, announced }: Changes): void {
    this.#position = position;
    for (const [point, state] of points) this.#points.set(point, state);
    for (const alarm of alarms) {
      if (alarm.state === 'normal') this.#open.delete(alarm.id);
      else this.#open.set(alarm.id, alarm);
    }
    for (const [key, kept] of announced.changed) {
      if (kept === null) this.#kept.delete(key);
      else this.#kept.set(key, kept);
    }
  }

  /** Through text, as on disk: nothing that lives in memory only comes along. */
  load(): Stored {
    const stored: Stored = {
      position: this.#position,
      points: [...this.#points],
      alarms: [...this.#open.values()].map((alarm) => ({ alarm, told: [] })),
      kept: [...this.#kept],
    };
    return JSON.parse(JSON.stringify(stored)) as Stored;
  }
}
