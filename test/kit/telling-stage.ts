import type { Alarm, AlarmEventType } from '#model/alarm';
import type { Announcer } from '#model/announcer';
import { type Meter, silentMeter } from '#model/meter';
import type { NewDelivery } from '#model/outbox';
import type { Rule } from '#model/rule';
import type { Site } from '#model/site';
import { type EpochMs, type Ms, SECOND } from '#model/time';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { limitRule } from './alarms-site.ts';

export interface StageOptions {
  readonly site: Site;
  /** Monday 2026-01-05 08:00 in Shanghai when left out. */
  readonly start?: EpochMs;
  readonly meter?: Meter;
  /** Time between two ticks; a second when left out. */
  readonly step?: Ms;
}

/** A night shift without a night: alarms that a test raises and clears by hand, and everything that people are told. */
export class TellingStage {
  readonly #options: StageOptions;
  readonly #alarms = new Map<string, Alarm>();
  readonly #kept = new Map<string, string>();
  #announcer: Announcer;
  #numbers = 0;
  now: EpochMs;
  readonly deliveries: NewDelivery[] = [];
  readonly withdrawn: string[] = [];

  constructor(options: StageOptions) {
    this.#options = options;
    this.now = options.start ?? Date.UTC(2026, 0, 5);
    this.#announcer = this.#open();
  }

  /** The id of the alarm. */
  raise(rule: Rule = limitRule(), over: Partial<Alarm> = {}): string {
    const id = `a-${String(++this.#numbers).padStart(4, '0')}`;
    const alarm: Alarm = {
      ...{ id, point: 'fridge-1.temp', rule, state: 'unacknowledged' },
      ...{ since: this.now, raisedAt: this.now, clearedAt: null, value: 9, worst: 9, late: false },
      ...{ acknowledged: null, shelvedUntil: null, suppressedBy: null, outOfService: false },
      ...over,
    };
    this.#happen('raised', alarm);
    return id;
  }

  clear(id: string): void {
    const { state } = this.alarm(id);
    this.#happen('cleared', {
      ...this.alarm(id),
      state: state === 'unacknowledged' ? 'returned' : 'normal',
      clearedAt: this.now,
    });
  }

  acknowledge(id: string, by = 'li'): void {
    const acknowledged = { at: this.now, by, comment: '', until: null };
    const state = this.alarm(id).clearedAt === null ? 'acknowledged' : 'normal';
    this.#happen('acknowledged', { ...this.alarm(id), state, acknowledged });
  }

  expire(id: string): void {
    this.#happen('acknowledgement-expired', { ...this.alarm(id), state: 'unacknowledged' });
  }

  shelve(id: string): void {
    this.#happen('shelved', { ...this.alarm(id), shelvedUntil: this.now + 1 });
  }

  unshelve(id: string): void {
    this.#happen('unshelved', { ...this.alarm(id), shelvedUntil: null });
  }

  suppress(id: string, by: string): void {
    this.#happen('suppressed', { ...this.alarm(id), suppressedBy: by });
  }

  comment(id: string): void {
    this.#happen('commented', this.alarm(id));
  }

  /** Not an event. */
  worsen(id: string, worst: number): void {
    this.#alarms.set(id, { ...this.alarm(id), worst });
  }

  alarm(id: string): Alarm {
    const alarm = this.#alarms.get(id);
    if (alarm === undefined) throw new Error(`there is no alarm ${id}`);
    return alarm;
  }

  open(): Alarm[] {
    return [...this.#alarms.values()].filter(({ state }) => state !== 'normal');
  }

  confirmTest(person: string): void {
    this.#announcer.confirmTest(person);
    this.#drain();
  }

  unanswered(): readonly string[] {
    return this.#announcer.unanswered(this.now);
  }

  /** Ticks until so much time has passed. */
  pass(length: Ms): void {
    const { step = SECOND } = this.#options;
    for (const end = this.now + length; this.now < end; ) this.leap(Math.min(step, end - this.now));
  }

  /** The gateway was off, or its clock was set: one tick at the end. */
  leap(length: Ms): void {
    this.now += length;
    this.#announcer.tick(this.now);
    this.#drain();
  }

  /** Keys of all that would be found at a start. */
  kept(): string[] {
    return [...this.#kept.keys()].sort();
  }

  /** From what was kept. A new site file may come with it. */
  restart(site: Site = this.#options.site): void {
    this.#announcer = this.#open(site);
  }

  /** What was told since the last call: `raised li` and so on, in the order of people. */
  said(): string[] {
    return this.deliveries
      .splice(0)
      .map(
        ({ event, person, alarms }) => `${event} ${person}${event === 'digest' ? ` ${alarms.length}` : ''}`,
      );
  }

  #open(site: Site = this.#options.site): Announcer {
    // In the order of the store.
    const docs = [...this.#kept].sort(([a], [b]) => (a < b ? -1 : 1));
    const kept = new Map(docs.map(([key, doc]) => [key, JSON.parse(doc) as unknown]));
    const open = this.open().map((alarm) => ({ alarm, told: [] }));
    return announcerOf(site, this.#options.meter ?? silentMeter)(kept, open, (id) => this.#alarms.get(id));
  }

  #happen(type: AlarmEventType, alarm: Alarm): void {
    this.#announcer.hear({ type, at: this.now, by: null, comment: null, alarm });
    this.#alarms.set(alarm.id, alarm);
    this.#drain();
  }

  #drain(): void {
    const { deliveries, withdrawn, changed } = this.#announcer.drain();
    this.deliveries.push(...deliveries);
    this.withdrawn.push(...withdrawn);
    for (const [key, doc] of changed) {
      if (doc === null) this.#kept.delete(key);
      else this.#kept.set(key, JSON.stringify(doc));
    }
  }
}
