import { isDeepStrictEqual } from 'node:util';
import { type Alarm, type AlarmEvent, type OutOfService, standingOf } from '#model/alarm';
import type { Announcer } from '#model/announcer';
import { HygateError } from '#model/errors';
import type { JournalEvent } from '#model/journal';
import type { PointId } from '#model/point';
import type { Rule } from '#model/rule';
import type { Site } from '#model/site';
import type { EpochMs, Ms } from '#model/time';
import type { Changes, Position, Stored } from '../changes.ts';
import type { Correction } from '../judge/retrace.ts';
import { type Act, fromJournal, noSuchAlarm, type ServiceAct, serviceFromJournal } from './act.ts';
import { outOfPlace, perform } from './deed.ts';
import { EventList } from './event-list.ts';
import { type Change, clear, elapsed, isActive, setBack, unmarked } from './occurrence.ts';
import { keyOf, OpenAlarms, ruleKey } from './open-alarms.ts';
import { Services } from './services.ts';
import { type Shelf, Shelves } from './shelves.ts';
import { Suppressions } from './suppression.ts';
import { mostUrgent } from './urgency.ts';

/** A condition that became true, as a rule found it. */
export interface Finding {
  readonly point: PointId;
  readonly rule: Rule;
  readonly since: EpochMs;
  readonly raisedAt: EpochMs;
  readonly value: number | null;
  readonly worst: number | null;
  readonly expectedAt?: EpochMs;
  readonly late: boolean;
  /** Given when it was over by the time it was found. */
  readonly clearedAt: EpochMs | null;
}

/** What became of what a person did. */
export interface Acted {
  readonly token: string;
  /** What it was done to, afterwards; null for a point. */
  readonly alarm: Alarm | null;
  /** Why nothing came of it. */
  readonly refusal: HygateError | null;
}

interface Cause {
  readonly at: EpochMs;
  readonly by: string | null;
  readonly comment: string | null;
}

const bySystem = (at: EpochMs, comment: string | null = null): Cause => ({ at, by: null, comment });

export type BookSite = Pick<Site, 'suppressions' | 'maintenance' | 'timeZone'>;

/**
 * The alarms that are not over. Every change is an event, which the announcer hears; all of it is kept until it is
 * drained into a transaction. No effects, and time is an argument.
 */
export class AlarmBook {
  readonly #announcer: Announcer;
  readonly #alarms: OpenAlarms;
  readonly #shelves: Shelves;
  readonly #services: Services;
  readonly #suppressions: Suppressions;
  /** Something changed that may explain others; at a start the site file may have. */
  #stale = true;
  #alarmCount: number;
  readonly #events: EventList;

  constructor(site: BookSite, announcer: Announcer, { position, alarms }: Stored) {
    this.#announcer = announcer;
    this.#alarmCount = position.alarms;
    this.#events = new EventList(position.events);
    this.#shelves = new Shelves(position.shelves);
    this.#services = new Services(site, position.services);
    this.#suppressions = new Suppressions(site.suppressions);
    this.#alarms = new OpenAlarms(alarms.map(({ alarm }) => alarm));
  }

  open(): Alarm[] {
    return [...this.#alarms.all()];
  }

  get(id: string): Alarm | undefined {
    return this.#alarms.get(id);
  }

  /** The occurrence of a point and rule that lasts. */
  active(key: string): Alarm | undefined {
    return this.#alarms.active(key);
  }

  outOfService(): OutOfService[] {
    return this.#services.all();
  }

  raise(finding: Finding, now: EpochMs): void {
    const key = ruleKey(finding.point, finding.rule.id);
    const alarm: Alarm = {
      ...finding,
      id: `${now.toString(36).padStart(9, '0')}-${(++this.#alarmCount).toString(36)}`,
      state: finding.clearedAt === null ? 'unacknowledged' : 'returned',
      acknowledged: null,
      shelvedUntil: this.#shelves.until(key),
      suppressedBy: null,
      outOfService: this.#services.has(finding.point),
    };
    this.#emit({ type: 'raised', alarm: this.#suppressions.raised(alarm, this.#alarms, now) }, bySystem(now));
    this.#review(now);
  }

  /** The condition ended at `at`; found `now`. */
  clear(key: string, at: EpochMs, now: EpochMs, comment: string | null = null): void {
    const alarm = this.active(key);
    if (alarm === undefined) return;
    const oneShot = this.#shelves.clear(key);
    const cleared = clear(this.#released(alarm, now), at, oneShot);
    if (cleared !== undefined) this.#emit({ type: 'cleared', alarm: cleared }, bySystem(now, comment));
    if (oneShot) this.#unshelve(key, bySystem(now));
    this.#review(now);
  }

  /** Readings that came late show that an occurrence was longer, shorter or worse than was known. */
  correct({ alarm: { id }, since, clearedAt: end, worst }: Correction, now: EpochMs): void {
    const alarm = this.get(id);
    if (alarm === undefined) return;
    // That it is over, or is not, is another event.
    const over = alarm.clearedAt === null ? null : (end ?? alarm.clearedAt);
    if (since === alarm.since && over === alarm.clearedAt && worst === alarm.worst) return;
    const corrected = { ...alarm, since, clearedAt: over, worst };
    this.#emit({ type: 'commented', alarm: corrected }, bySystem(now, CORRECTED));
  }

  /** Notes the worst value of an occurrence that lasts. Not an event. */
  worsen(key: string, worst: number): void {
    const alarm = this.active(key);
    if (alarm !== undefined) this.#alarms.put({ ...alarm, worst });
  }

  /**
   * The site file has the rule of an occurrence that lasts in other words: by these it goes on. What it was raised by
   * stays in the events before.
   */
  revise({ id }: Alarm, rule: Rule, now: EpochMs): void {
    const alarm = this.get(id);
    if (alarm === undefined || isDeepStrictEqual(alarm.rule, rule)) return;
    const revised = { ...alarm, rule };
    if (judgesAlike(alarm.rule, rule)) this.#alarms.put(revised);
    else this.#emit({ type: 'commented', alarm: revised }, bySystem(now, REVISED));
  }

  /** A row of the journal; undefined when nobody did anything to an alarm or a point by it. */
  take(event: JournalEvent, now: EpochMs): Acted | undefined {
    const act = fromJournal(event);
    const service = serviceFromJournal(event);
    const { token } = act ?? service ?? {};
    if (token === undefined) return undefined;
    try {
      const alarm = act === undefined ? null : this.#act(act, now);
      if (service !== undefined) this.#serve(service, now);
      return { token, alarm, refusal: null };
    } catch (error) {
      if (!(error instanceof HygateError)) throw error;
      return { token, alarm: null, refusal: error };
    }
  }

  /** Ends what has lasted long enough: shelves, acknowledgements, maintenance, the wait for an explanation. */
  tick(now: EpochMs): void {
    this.#shelves.tick(now);
    const { ended, begun } = this.#services.tick(now);
    for (const { point, comment } of begun) this.#takeOut(point, bySystem(now, comment));
    for (const { point } of ended) this.#takeBack(point, bySystem(now));
    for (const alarm of this.#alarms.all())
      for (const change of elapsed(alarm, now)) this.#emit(change, bySystem(now));
    this.#stale ||= this.open().some(({ heldUntil }) => heldUntil !== undefined);
    this.#review(now);
  }

  /** The clock was set back: what it gave while it was ahead must not keep silent until then. */
  setBack(by: Ms): void {
    for (const kept of [this.#shelves, this.#services]) kept.setBack(by);
    for (const alarm of this.#alarms.all()) this.#alarms.put(setBack(alarm, by));
  }

  get eventful(): boolean {
    return !this.#events.isEmpty || this.#announcer.eventful;
  }

  /** What the next transaction says of where numbers, shelves and services stand. */
  position(): Pick<Position, 'alarms' | 'events' | 'shelves' | 'services'> {
    const [shelves, services] = [this.#shelves.state(), this.#services.state()];
    return { alarms: this.#alarmCount, events: this.#events.count, shelves, services };
  }

  /** What changed since the last call. */
  drain(): Pick<Changes, 'alarms' | 'events' | 'announced'> {
    return { alarms: this.#alarms.drain(), events: this.#events.drain(), announced: this.#announcer.drain() };
  }

  #act(act: Act, now: EpochMs): Alarm {
    const alarm = this.get(act.alarm);
    if (alarm === undefined) throw noSuchAlarm(act.alarm, true);
    const change = perform(alarm, act);
    if (change === undefined) return alarm;
    const cause = { at: act.at, by: act.by, comment: act.deed.comment };
    this.#emit(change, cause);
    if (change.shelf !== undefined) this.#shelve(keyOf(alarm), change.shelf, cause);
    if (change.type === 'unshelved') this.#unshelve(keyOf(alarm), cause);
    this.#review(now);
    return this.get(act.alarm) ?? change.alarm;
  }

  /** A shelf belongs to the condition: what is open of its earlier occurrences lies on it, too. */
  #shelve(key: string, shelf: Shelf, cause: Cause): void {
    this.#shelves.put(key, shelf);
    for (const alarm of this.#alarms.all()) {
      if (alarm.shelvedUntil === shelf.until || keyOf(alarm) !== key) continue;
      this.#emit({ type: 'shelved', alarm: { ...alarm, shelvedUntil: shelf.until } }, cause);
    }
  }

  /** The shelf is empty: what else of the rule lay on it is heard again, too. */
  #unshelve(key: string, cause: Cause): void {
    this.#shelves.take(key);
    for (const alarm of this.#alarms.all()) {
      if (alarm.shelvedUntil === null || keyOf(alarm) !== key) continue;
      this.#emit({ type: 'unshelved', alarm: unmarked({ ...alarm, shelvedUntil: null }) }, cause);
    }
  }

  #serve({ point, at, by, action }: ServiceAct, now: EpochMs): void {
    const cause = { at, by, comment: action.comment };
    if (action.type === 'out-of-service') {
      this.#services.takeOut({ point, since: at, until: action.until, by, comment: action.comment });
      this.#takeOut(point, cause);
    } else {
      if (this.#services.takeBack(point) === undefined) throw outOfPlace(`point ${point} is in service`);
      this.#takeBack(point, cause);
    }
    this.#review(now);
  }

  #takeOut(point: PointId, cause: Cause): void {
    for (const alarm of this.#alarms.all()) {
      if (alarm.point !== point || alarm.outOfService) continue;
      this.#emit({ type: 'out-of-service', alarm: { ...alarm, outOfService: true } }, cause);
    }
  }

  #takeBack(point: PointId, cause: Cause): void {
    for (const alarm of this.#alarms.all()) {
      if (alarm.point !== point || !alarm.outOfService) continue;
      this.#emit({ type: 'in-service', alarm: unmarked({ ...alarm, outOfService: false }) }, cause);
    }
  }

  /** It ends while it waits for an explanation: then it is told after all, and that it is over. */
  #released(alarm: Alarm, now: EpochMs): Alarm {
    const { heldUntil, ...released } = alarm;
    if (heldUntil === undefined || alarm.suppressedBy !== null) return alarm;
    return this.#emit({ type: 'unsuppressed', alarm: released }, bySystem(now));
  }

  /** One after the other: two that could explain each other must not both fall silent. */
  #review(now: EpochMs): void {
    while (this.#stale) {
      this.#stale = false;
      for (const alarm of this.#alarms.all()) {
        const after = this.#suppressions.reviewed(alarm, this.#alarms, now);
        if (after === alarm) continue;
        if (after.suppressedBy === null) this.#emit({ type: 'unsuppressed', alarm: after }, bySystem(now));
        else if (after.suppressedBy === alarm.suppressedBy) this.#alarms.put(after);
        else this.#emit({ type: 'suppressed', alarm: after }, bySystem(now));
      }
    }
  }

  #emit({ type, alarm, comment, shelf }: Change, cause: Cause): Alarm {
    const oneShot = shelf?.oneShot === true && ({ oneShot: true } as const);
    this.#alarms.put(alarm);
    const event: AlarmEvent = {
      ...{ type, ...cause, comment: comment ?? cause.comment },
      ...{ alarm, ...oneShot, ...this.#besides(alarm) },
    };
    this.#announcer.hear(this.#events.add(event));
    const isUnbound = alarm.suppressedBy !== null && !isActive(alarm);
    this.#stale ||= isUnbound || this.#suppressions.isCause(alarm.point);
    return alarm;
  }

  /** Who looks at the last event of a point and rule must see what stands, also where it is another occurrence. */
  #besides(alarm: Alarm): Pick<AlarmEvent, 'stands'> {
    const first = mostUrgent(this.#alarms.ofRule(keyOf(alarm)));
    return first === undefined || first.id === alarm.id ? {} : { stands: standingOf(first) };
  }
}

/** Whether they differ in words only. */
function judgesAlike(one: Rule, other: Rule): boolean {
  const { advice, basis } = other;
  return isDeepStrictEqual({ ...one, advice, basis }, other);
}

const CORRECTED =
  '起止时间和极值已按迟到的读数更正 / start, end and worst value as readings that came late show them';
const REVISED = '规则已更改，自此按新规则判断 / the rule was changed: from here on the new one judges';
