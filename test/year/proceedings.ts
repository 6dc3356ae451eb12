import { type Alarm, isQuiet } from '#model/alarm';
import type { News } from '#model/channel';
import type { NewDelivery } from '#model/outbox';
import type { EpochMs } from '#model/time';
import type { Changes } from '../../alerts/engine/changes.ts';

/** One alarm of the year, as it went. */
export interface Case {
  /** As it stood when it was raised. */
  readonly alarm: Alarm;
  /** By the gateway's clock. */
  readonly raisedAt: EpochMs;
  clearedAt: EpochMs | null;
  /** When the first message that tells of it went into the outbox. */
  toldAt: EpochMs | null;
  /** The alarm that explained it, when one did. */
  suppressedBy: string | null;
  /** At some time nothing was to be said of it, as a person wanted it. */
  silenced: boolean;
}

export interface Told {
  readonly at: EpochMs;
  readonly news: News;
  readonly person: string;
  readonly alarms: readonly string[];
  /** Those of them that were not over; a list of what is over may name what lies on a shelf. */
  readonly lasting: readonly string[];
}

/** What the product did in the year: its alarms, and what it said to whom. */
export class Proceedings {
  readonly cases = new Map<string, Case>();
  readonly told: Told[] = [];
  /** Messages that bear the key of another to the same person. */
  repeated = 0;
  /** Told of an alarm of which nothing was to be said. */
  saidWhileQuiet: Told[] = [];
  readonly #keys = new Set<string>();
  readonly #quiet = new Set<string>();
  readonly #listeners: ((delivery: NewDelivery, now: EpochMs) => void)[] = [];

  /** Calls the listener with each message, in their order. */
  onTold(listener: (delivery: NewDelivery, now: EpochMs) => void): void {
    this.#listeners.push(listener);
  }

  hear({ events, announced }: Pick<Changes, 'events' | 'announced'>, now: EpochMs): void {
    const before = new Set(this.#quiet);
    for (const { event } of events) this.#note(event.type === 'raised', event.alarm, event.at);
    for (const delivery of announced.deliveries) this.#deliver(delivery, before, now);
  }

  #note(raised: boolean, alarm: Alarm, at: EpochMs): void {
    const { id, clearedAt, suppressedBy, shelvedUntil, outOfService } = alarm;
    if (raised) {
      const nothing = { clearedAt: null, toldAt: null, suppressedBy: null, silenced: false };
      this.cases.set(id, { alarm, raisedAt: at, ...nothing });
    }
    const own = this.cases.get(id);
    if (own === undefined) return;
    if (clearedAt !== null) own.clearedAt ??= at;
    own.suppressedBy ??= suppressedBy;
    own.silenced ||= shelvedUntil !== null || outOfService;
    if (isQuiet(alarm)) this.#quiet.add(id);
    else this.#quiet.delete(id);
  }

  #deliver(delivery: NewDelivery, before: ReadonlySet<string>, now: EpochMs): void {
    const { key, event, person, alarms } = delivery;
    const ids = (some: readonly Alarm[]) => some.map(({ id }) => id);
    const lasting = ids(alarms.filter(({ clearedAt }) => clearedAt === null));
    const told: Told = { at: now, news: event, person, alarms: ids(alarms), lasting };
    this.told.push(told);
    const unique = `${key} ${person}`;
    if (this.#keys.has(unique)) this.repeated++;
    this.#keys.add(unique);
    for (const id of told.alarms) {
      const own = this.cases.get(id);
      if (own !== undefined) own.toldAt ??= now;
    }
    // Quiet before this transaction and after it: then there was no moment in which it was to be said.
    if (event !== 'cleared' && told.lasting.some((id) => before.has(id) && this.#quiet.has(id)))
      this.saidWhileQuiet.push(told);
    for (const listener of this.#listeners) listener(delivery, now);
  }
}
