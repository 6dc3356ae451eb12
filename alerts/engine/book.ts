import type { Alarm, AlarmEvent, AlarmEventType } from '#model/alarm';
import type { Announcer } from '#model/announcer';
import type { PointId } from '#model/point';
import type { Rule } from '#model/rule';
import type { EpochMs } from '#model/time';
import type { Act } from './act.ts';
import type { Changes, Position, Stored, StoredEvent } from './changes.ts';
import { acknowledge, clear, isActive, isOver, shelve } from './occurrence.ts';
import type { Correction } from './retrace.ts';

/** A condition that became true, as a rule found it. */
export interface Finding {
  readonly point: PointId;
  readonly rule: Rule;
  readonly since: EpochMs;
  readonly raisedAt: EpochMs;
  readonly value: number | null;
  readonly worst: number | null;
  readonly late: boolean;
  /** Given when it was over by the time it was found. */
  readonly clearedAt: EpochMs | null;
}

interface Cause {
  readonly at: EpochMs;
  readonly by: string | null;
  readonly comment: string | null;
}

export const ruleKey = (point: PointId, rule: string): string => `${point}/${rule}`;

/**
 * The alarms that are not over. Every change is an event, which the announcer hears; all of it is kept until it is
 * drained into a transaction. No effects, and time is an argument.
 */
export class AlarmBook {
  readonly #announcer: Announcer;
  readonly #alarms = new Map<string, Alarm>();
  /** Point and rule → the occurrence that lasts. */
  readonly #active = new Map<string, string>();
  readonly #shelves: Map<string, EpochMs>;
  #alarmCount: number;
  #eventCount: number;
  #changed = new Map<string, Alarm>();
  #events: StoredEvent[] = [];

  constructor(announcer: Announcer, { position, alarms }: Stored) {
    this.#announcer = announcer;
    this.#alarmCount = position.alarms;
    this.#eventCount = position.events;
    this.#shelves = new Map(Object.entries(position.shelves));
    for (const { alarm } of alarms) {
      const { id, point, rule } = alarm;
      this.#alarms.set(id, alarm);
      if (isActive(alarm)) this.#active.set(ruleKey(point, rule.id), id);
    }
  }

  open(): Alarm[] {
    return [...this.#alarms.values()];
  }

  get(id: string): Alarm | undefined {
    return this.#alarms.get(id);
  }

  /** The occurrence of a point and rule that lasts. */
  active(key: string): Alarm | undefined {
    const id = this.#active.get(key);
    return id === undefined ? undefined : this.get(id);
  }

  raise(finding: Finding, now: EpochMs): void {
    const key = ruleKey(finding.point, finding.rule.id);
    const alarm: Alarm = {
      ...finding,
      id: `${now.toString(36).padStart(9, '0')}-${(++this.#alarmCount).toString(36)}`,
      state: finding.clearedAt === null ? 'unacknowledged' : 'returned',
      acknowledged: null,
      // A shelf belongs to the condition and not to one occurrence: a chattering one stays quiet.
      shelvedUntil: this.#shelves.get(key) ?? null,
      suppressedBy: null,
      outOfService: false,
    };
    if (isActive(alarm)) this.#active.set(key, alarm.id);
    this.#emit('raised', alarm, { at: now, by: null, comment: null });
  }

  /** The condition ended at `at`; found `now`. */
  clear(key: string, at: EpochMs, now: EpochMs, comment: string | null = null): void {
    const alarm = this.active(key);
    this.#active.delete(key);
    const cleared = alarm && clear(alarm, at);
    if (cleared !== undefined) this.#emit('cleared', cleared, { at: now, by: null, comment });
  }

  /** Readings that came late show that an occurrence was longer, shorter or worse than was known. */
  correct({ alarm: { id }, since, clearedAt: end, worst }: Correction, now: EpochMs): void {
    const alarm = this.get(id);
    if (alarm === undefined) return;
    // That it is over, or is not, is another event.
    const over = alarm.clearedAt === null ? null : (end ?? alarm.clearedAt);
    if (since === alarm.since && over === alarm.clearedAt && worst === alarm.worst) return;
    const corrected = { ...alarm, since, clearedAt: over, worst };
    this.#emit('commented', corrected, { at: now, by: null, comment: CORRECTED });
  }

  /** Notes the worst value of an occurrence that lasts. Not an event. */
  worsen(key: string, worst: number): void {
    const alarm = this.active(key);
    if (alarm !== undefined) this.#put({ ...alarm, worst });
  }

  /** The alarm after the act; undefined when there is no such open alarm. */
  act({ alarm: id, at, by, action }: Act): Alarm | undefined {
    const alarm = this.get(id);
    if (alarm === undefined) return undefined;
    const { comment } = action;
    if (action.type === 'comment') return this.#emit('commented', alarm, { at, by, comment });
    if (action.type === 'unshelve' || action.type === 'reset') return alarm;
    if (action.type === 'shelve') {
      this.#shelves.set(ruleKey(alarm.point, alarm.rule.id), action.until);
      return this.#emit('shelved', shelve(alarm, action.until), { at, by, comment });
    }
    const taken = acknowledge(alarm, { at, by, comment, until: action.until ?? null });
    return taken === undefined ? alarm : this.#emit('acknowledged', taken, { at, by, comment });
  }

  /** Takes from the shelf what has lain there long enough. */
  unshelve(now: EpochMs): void {
    for (const [key, until] of this.#shelves) if (until <= now) this.#shelves.delete(key);
    for (const alarm of this.#alarms.values()) {
      if (alarm.shelvedUntil === null || alarm.shelvedUntil > now) continue;
      this.#emit('unshelved', shelve(alarm, null), { at: now, by: null, comment: null });
    }
  }

  get eventful(): boolean {
    return this.#events.length > 0 || this.#announcer.eventful;
  }

  /** What the next transaction says of where numbers and shelves stand. */
  position(): Pick<Position, 'alarms' | 'events' | 'shelves'> {
    const shelves = Object.fromEntries(this.#shelves);
    return { alarms: this.#alarmCount, events: this.#eventCount, shelves };
  }

  /** What changed since the last call. */
  drain(): Pick<Changes, 'alarms' | 'events' | 'announced'> {
    const alarms = [...this.#changed.values()];
    const changes = { alarms, events: this.#events, announced: this.#announcer.drain() };
    this.#changed = new Map();
    this.#events = [];
    return changes;
  }

  #put(alarm: Alarm): void {
    if (isOver(alarm)) this.#alarms.delete(alarm.id);
    else this.#alarms.set(alarm.id, alarm);
    this.#changed.set(alarm.id, alarm);
  }

  #emit(type: AlarmEventType, alarm: Alarm, cause: Cause): Alarm {
    const event: AlarmEvent = { type, ...cause, alarm };
    this.#events.push({ id: ++this.#eventCount, event });
    this.#announcer.hear(event);
    this.#put(alarm);
    return alarm;
  }
}

const CORRECTED =
  '起止时间和极值已按迟到的读数更正 / start, end and worst value as readings that came late show them';
