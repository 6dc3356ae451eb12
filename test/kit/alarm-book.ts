import type { Alarm, AlarmEvent, AlarmEventType, ServiceAction } from '#model/alarm';
import type { JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { Rule } from '#model/rule';
import type { EpochMs } from '#model/time';
import { type Deed, toJournal } from '../../alerts/engine/book/act.ts';
import { type Acted, AlarmBook, type BookSite } from '../../alerts/engine/book/book.ts';
import { ruleKey } from '../../alerts/engine/book/open-alarms.ts';
import { BEGINNING, type Stored } from '../../alerts/engine/changes.ts';
import { limitRule } from './alarms-site.ts';
import { silentAnnouncer } from './silent-announcer.ts';

const plainSite: BookSite = { suppressions: [], maintenance: [], timeZone: 'Asia/Shanghai' };

/** A book with the rows that people's acts are, and the events that came of it. */
export class TestBook {
  site: BookSite;
  readonly #events: AlarmEvent[] = [];
  readonly #stored = new Map<string, Alarm>();
  #book: AlarmBook;

  constructor(site: Partial<BookSite> = {}) {
    this.site = { ...plainSite, ...site };
    this.#book = this.#from({ position: BEGINNING, points: [], alarms: [], kept: [] });
  }

  get events(): readonly AlarmEvent[] {
    this.#drain();
    return this.#events;
  }

  get book(): AlarmBook {
    this.#drain();
    return this.#book;
  }

  raise(now: EpochMs, point = 'fridge-1.temp', rule: Rule = limitRule()): Alarm {
    const nothing = { value: 9, worst: 9, late: false, clearedAt: null };
    this.book.raise({ point, rule, since: now, raisedAt: now, ...nothing }, now);
    const alarm = this.book.active(ruleKey(point, rule.id));
    if (alarm === undefined) throw new Error(`${point} is not raised`);
    return alarm;
  }

  clear(now: EpochMs, point = 'fridge-1.temp', rule = 'high'): void {
    this.book.clear(ruleKey(point, rule), now, now);
    this.#drain();
  }

  tick(now: EpochMs): void {
    this.book.tick(now);
    this.#drain();
  }

  act(alarm: string, at: EpochMs, deed: Deed, by = 'li'): Acted {
    return this.take(toJournal({ alarm, at, by, deed, token: 'x' }));
  }

  serve(point: PointId, at: EpochMs, action: ServiceAction, by = 'li'): Acted {
    return this.take(toJournal({ point, at, by, action, token: 'x' }));
  }

  take(event: JournalEvent): Acted {
    const acted = this.book.take(event, event.at);
    if (acted === undefined) throw new Error(`${event.type} is nothing that anybody did`);
    this.#drain();
    return acted;
  }

  /** The alarm as it is, or was when it ended. */
  alarm(id: string): Alarm {
    const alarm = this.book.get(id) ?? this.events.findLast((event) => event.alarm.id === id)?.alarm;
    if (alarm === undefined) throw new Error(`there is no alarm ${id}`);
    return alarm;
  }

  /** Types of the events of an alarm, in order. */
  told(id: string): AlarmEventType[] {
    return this.events.filter(({ alarm }) => alarm.id === id).map(({ type }) => type);
  }

  /** The next process, from what the store would hold. A new site file may come with it. */
  restart(site: Partial<BookSite> = {}): void {
    this.site = { ...this.site, ...site };
    const position = { ...BEGINNING, ...this.book.position() };
    const open = [...this.#stored.values()].filter(({ state }) => state !== 'normal');
    const alarms = open.map((alarm) => ({ alarm, told: [] }));
    this.#book = this.#from(JSON.parse(JSON.stringify({ position, points: [], alarms, kept: [] })));
  }

  #from(stored: Stored): AlarmBook {
    return new AlarmBook(
      this.site,
      silentAnnouncer(new Map(), [], () => undefined),
      stored,
    );
  }

  #drain(): void {
    const { alarms, events } = this.#book.drain();
    for (const alarm of alarms) this.#stored.set(alarm.id, alarm);
    this.#events.push(...events.map(({ event }) => event));
  }
}
