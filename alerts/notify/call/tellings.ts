import type { Alarm } from '#model/alarm';
import type { Kept } from './kept.ts';
import { newTelling, type Telling, wantsSomebody } from './telling.ts';

/** What is kept of every alarm of which something may still be said. */
export class Tellings {
  readonly #kept: Kept<Telling>;
  readonly #find: (id: string) => Alarm | undefined;
  readonly #wanting = new Set<string>();
  /** Their ids in order, as long as they are the same. */
  #order: readonly string[] | undefined;

  /** `find`: an open alarm as it stands at that moment. */
  constructor(kept: Kept<Telling>, find: (id: string) => Alarm | undefined) {
    this.#kept = kept;
    this.#find = find;
    for (const [id, { alarm }] of kept.entries()) if (wantsSomebody(alarm)) this.#wanting.add(id);
  }

  /** Of the alarms that want somebody, oldest first, whatever was shelved in between or when the gateway was started. */
  wanting(): Telling[] {
    this.#order ??= [...this.#wanting].sort();
    return this.#order.flatMap((id) => this.#kept.get(id) ?? []);
  }

  get(id: string): Telling | undefined {
    return this.#kept.get(id);
  }

  /** Nobody need be found any more: the ladders are taken away, and begin anew when somebody must be. */
  put(telling: Telling): Telling {
    const { id } = telling.alarm;
    const wanting = wantsSomebody(telling.alarm);
    const after = wanting ? telling : { ...telling, ladders: {} };
    if (wanting !== this.#wanting.has(id)) this.#order = undefined;
    if (wanting) this.#wanting.add(id);
    else this.#wanting.delete(id);
    this.#kept.set(id, after);
    return after;
  }

  /** The telling of the alarm after an event. */
  follow(alarm: Alarm): Telling {
    return this.put({ ...(this.get(alarm.id) ?? newTelling(alarm)), alarm });
  }

  /** With the alarm as it stands between two events: its worst value grows without one. */
  refreshed(telling: Telling): Telling {
    const alarm = this.#find(telling.alarm.id);
    return alarm === undefined || alarm === telling.alarm ? telling : this.put({ ...telling, alarm });
  }

  markTold(id: string, person: string): void {
    const telling = this.get(id);
    if (telling === undefined || telling.told.includes(person)) return;
    this.put({ ...telling, told: [...telling.told, person] });
  }

  unmarkTold(id: string, people: readonly string[]): void {
    const telling = this.get(id);
    if (telling === undefined || people.length === 0) return;
    this.put({ ...telling, told: telling.told.filter((person) => !people.includes(person)) });
  }

  /** Numbers what is said of the alarm next. */
  count(id: string): number {
    const telling = this.get(id);
    if (telling === undefined) return 0;
    this.put({ ...telling, count: telling.count + 1 });
    return telling.count + 1;
  }

  forget(id: string): void {
    this.#kept.delete(id);
  }
}
