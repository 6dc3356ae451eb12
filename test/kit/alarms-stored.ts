import type { Alarm } from '#model/alarm';
import { BEGINNING, type Changes, type PointState, type Stored } from '../../alerts/engine/changes.ts';

/** What a store would hold after these transactions: how a test starts the next process. */
export class MemoryStored {
  readonly #points = new Map<string, PointState>();
  readonly #alarms = new Map<string, Alarm>();
  readonly #kept = new Map<string, unknown>();
  #position = BEGINNING;

  take(changes: Changes): this {
    const { position, points, alarms, announced } = structuredClone(changes);
    this.#position = position;
    for (const [point, state] of points) this.#points.set(point, state);
    for (const alarm of alarms) this.#alarms.set(alarm.id, alarm);
    for (const [key, kept] of announced.changed) this.#kept.set(key, kept);
    return this;
  }

  get stored(): Stored {
    const open = [...this.#alarms.values()].filter(({ state }) => state !== 'normal');
    return structuredClone({
      position: this.#position,
      points: [...this.#points],
      alarms: open.sort((a, b) => (a.id < b.id ? -1 : 1)).map((alarm) => ({ alarm, told: [] })),
      kept: [...this.#kept].filter(([, kept]) => kept !== null),
    });
  }
}
