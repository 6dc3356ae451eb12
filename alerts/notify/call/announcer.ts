import { type Alarm, type AlarmEvent, isQuiet } from '#model/alarm';
import type { Announced, Announcer, OpenAnnouncer } from '#model/announcer';
import type { News } from '#model/channel';
import { type Meter, silentMeter } from '#model/meter';
import type { Site } from '#model/site';
import { type EpochMs, MINUTE } from '#model/time';
import { Audience } from './audience.ts';
import { isChattering, isPast, noteRaise, type Raises } from './chatter.ts';
import { Dispatch } from './dispatch.ts';
import type { Inbox } from './inbox.ts';
import { Inboxes, type KeptWaiting } from './inboxes.ts';
import { Kept, under } from './kept.ts';
import { begun, climb, climbedSteps, isReminderDue, newTelling, setBack, type Telling } from './telling.ts';
import { Tellings } from './tellings.ts';
import { type KeptCall, TestCalls } from './test-calls.ts';

/**
 * Who hears of an alarm, by the site's routes and rotas:
 *
 * - A raise goes to everybody whom a route calls at that moment. While nobody has taken the alarm, whoever is called
 *   later (a route opens, a shift begins) hears of it then; the steps of the escalation fall due; reminders go out.
 * - An acknowledgement ends that; when it expires it all begins anew.
 * - The all-clear goes to whoever has heard, and to nobody else; also while the alarm is quiet, because whoever was
 *   called should not go on worrying over what is over.
 * - Of what is quiet (shelved, suppressed by design, out of service) nothing else is said, and what waits is withdrawn.
 *   When it comes back and still lasts it is told like a raise.
 */
export const announcerOf =
  (site: Site, meter: Meter = silentMeter): OpenAnnouncer =>
  (kept, open, find) => {
    const keep: Keep = {
      tellings: new Kept(ALARM, tellingsOf(under<Partial<Telling>>(ALARM, kept), open)),
      inboxes: new Kept(PERSON, under<Inbox>(PERSON, kept)),
      waiting: new Kept(WAITING, under<KeptWaiting>(WAITING, kept)),
      raises: new Kept(RAISES, under<Raises>(RAISES, kept)),
      calls: new Kept(TEST, under<KeptCall>(TEST, kept)),
    };
    return new SiteAnnouncer(site, keep, { meter, find });
  };

const ALARM = 'alarm/';
const PERSON = 'person/';
const WAITING = 'waiting/';
const RAISES = 'raises/';
const TEST = 'test/';

/** What earlier versions kept of a telling is filled up; those that are over stay for the digests that will list them. */
function tellingsOf(
  kept: ReadonlyMap<string, Partial<Telling>>,
  open: Parameters<OpenAnnouncer>[1],
): Map<string, Telling> {
  const tellings = open.map(({ alarm, told }) => ({ ...newTelling(alarm, told), ...kept.get(alarm.id) }));
  const found = new Map(tellings.map((telling) => [telling.alarm.id, telling]));
  for (const [id, telling] of kept) {
    if (telling.alarm === undefined || found.has(id)) continue;
    found.set(id, { ...newTelling(telling.alarm), ...telling });
  }
  return found;
}

/** Ends of a time in which nothing was said. */
const COMES_BACK = new Set<AlarmEvent['type']>(['unshelved', 'unsuppressed', 'in-service']);

interface Keep {
  readonly tellings: Kept<Telling>;
  readonly inboxes: Kept<Inbox>;
  readonly waiting: Kept<KeptWaiting>;
  /** By point and rule. */
  readonly raises: Kept<Raises>;
  readonly calls: Kept<KeptCall>;
}

interface Deps {
  readonly meter: Meter;
  readonly find: (id: string) => Alarm | undefined;
}

class SiteAnnouncer implements Announcer {
  readonly #site: Site;
  readonly #keep: Keep;
  readonly #audience: Audience;
  readonly #tellings: Tellings;
  readonly #inboxes: Inboxes;
  readonly #dispatch: Dispatch;
  readonly #testCalls: TestCalls;
  #ticked: EpochMs = Number.POSITIVE_INFINITY;
  /** In which everybody who is called by now was looked for. */
  #minute = 0;

  constructor(site: Site, keep: Keep, { meter, find }: Deps) {
    this.#site = site;
    this.#keep = keep;
    this.#audience = new Audience(site, meter);
    this.#tellings = new Tellings(keep.tellings, find);
    this.#inboxes = new Inboxes(keep.inboxes, keep.waiting, meter);
    this.#dispatch = new Dispatch(
      this.#tellings,
      this.#inboxes,
      (alarm) => this.#audience.areaOf(alarm)?.id ?? alarm.point,
    );
    this.#testCalls = new TestCalls(site, keep.calls);
  }

  get eventful(): boolean {
    return this.#dispatch.eventful;
  }

  hear({ type, alarm, at }: AlarmEvent): void {
    const before = this.#tellings.get(alarm.id)?.alarm;
    if (type === 'raised')
      this.#keep.raises.set(ruleKey(alarm), noteRaise(this.#raises(alarm), alarm.raisedAt));
    const telling = this.#tellings.follow(alarm);
    if (type === 'cleared') this.#allClear(telling, at);
    else if (isQuiet(alarm)) {
      if (before !== undefined && !isQuiet(before)) this.#dispatch.hush(alarm);
    } else if (type === 'acknowledged') this.#inboxes.drop(alarm.id, ['escalated', 'reminder']);
    else if (type === 'raised') this.#call(telling, at, this.#isRepeat(alarm));
    else if (COMES_BACK.has(type) && alarm.clearedAt === null) this.#call(telling, at, false);
    else if (type === 'acknowledgement-expired') this.#callAgain(telling, at);
    this.#dispatch.forgetOver(alarm.id);
  }

  confirmTest(person: string): void {
    this.#testCalls.confirm(person);
  }

  tick(now: EpochMs): void {
    if (now < this.#ticked) this.#setBack(now);
    this.#ticked = now;
    this.#dispatch.tellDue(now);
    // In this order: whoever is told by a step needs no reminder in the same second.
    for (const telling of this.#tellings.wanting()) this.#remind(telling, now);
    for (const telling of this.#tellings.wanting()) this.#escalate(telling, now);
    const minute = Math.floor(now / MINUTE);
    if (minute === this.#minute) return;
    this.#minute = minute;
    for (const telling of this.#tellings.wanting()) this.#callNewcomers(telling, now);
    for (const [key, raises] of this.#keep.raises.entries())
      if (isPast(raises, now)) this.#keep.raises.delete(key);
    this.#dispatch.send(this.#testCalls.due(now));
  }

  owing(): readonly string[] {
    return this.#testCalls.owing();
  }

  unanswered(now: EpochMs): readonly string[] {
    return this.#testCalls.unanswered(now);
  }

  drain(): Announced {
    const { tellings, inboxes, waiting, raises, calls } = this.#keep;
    const changed = [
      ...[...tellings.drain(), ...inboxes.drain(), ...waiting.drain()],
      ...[...raises.drain(), ...calls.drain()],
    ];
    return { ...this.#dispatch.drain(), changed };
  }

  /** What was noted by a clock that was ahead must not wait until then; at a start it may have been so, too. */
  #setBack(now: EpochMs): void {
    for (const telling of this.#tellings.wanting()) this.#tellings.put(setBack(telling, now));
    this.#inboxes.setBack(now);
  }

  /** A raise, or what is told like one. */
  #call(telling: Telling, at: EpochMs, repeat: boolean): void {
    const { alarm } = telling;
    const people = this.#begin(telling, at);
    this.#dispatch.say({ alarm, news: 'raised', at, repeat }, people);
  }

  /** Its acknowledgement has expired: those who knew are reminded. */
  #callAgain(telling: Telling, at: EpochMs): void {
    const { alarm } = telling;
    const people = this.#begin(telling, at).filter((person) => !this.#awaits(telling, person));
    const knew = people.filter((person) => telling.told.includes(person));
    this.#dispatch.say({ alarm, news: 'reminder', at }, knew);
    this.#dispatch.say(
      { alarm, news: 'raised', at },
      people.filter((person) => !knew.includes(person)),
    );
  }

  /** Whoever is called by now and has not heard: a shift has begun, a route has opened. */
  #callNewcomers(telling: Telling, at: EpochMs): void {
    const people = this.#begin(telling, at).filter((person) => !this.#knows(telling, person));
    if (people.length === 0) return;
    const { alarm } = this.#tellings.refreshed(this.#tellings.get(telling.alarm.id) ?? telling);
    this.#dispatch.say({ alarm, news: 'raised', at }, people);
  }

  /** Whom the routes call at that moment; each route begins its ladder with its first call. */
  #begin(telling: Telling, at: EpochMs): readonly string[] {
    const routes = this.#audience.routes(telling.alarm, at);
    const after = begun(telling, routes, at);
    if (after !== telling) this.#tellings.put(after);
    return this.#audience.called(telling.alarm, routes, at);
  }

  #escalate(telling: Telling, now: EpochMs): void {
    const { telling: after, steps } = climb(telling, this.#site.routes, now);
    if (steps.length === 0) return;
    const { alarm } = this.#tellings.refreshed(this.#tellings.put(after));
    const people = this.#audience.people(
      steps.flatMap(({ to }) => to),
      now,
    );
    this.#dispatch.say({ alarm, news: 'escalated', at: now }, people);
  }

  #remind(telling: Telling, now: EpochMs): void {
    const { routes } = this.#site;
    if (!isReminderDue(telling, routes, now)) return;
    const after = this.#tellings.refreshed(this.#tellings.put({ ...telling, remindedAt: now }));
    const { alarm } = after;
    const called = this.#audience.called(alarm, this.#audience.routes(alarm, now), now);
    const steps = climbedSteps(after, routes).flatMap(({ to }) => to);
    const people = [...new Set([...called, ...this.#audience.people(steps, now)])];
    this.#dispatch.say(
      { alarm, news: 'reminder', at: now },
      people.filter((person) => after.told.includes(person) && !this.#awaits(after, person)),
    );
  }

  #allClear({ alarm, told }: Telling, at: EpochMs): void {
    const { id } = alarm;
    const waits = (person: string, news: News) =>
      this.#inboxes.waiting(person, id).some((waiting) => waiting.news === news);
    // Whoever is about to be told of the raise hears in the same message that it is over.
    const people = told.filter((person) => !waits(person, 'raised'));
    for (const person of people) this.#inboxes.drop(id, ['escalated', 'reminder'], person);
    this.#dispatch.say({ alarm, news: 'cleared', at, repeat: this.#isRepeat(alarm) }, people);
  }

  /** Whether the person has heard of it, or is about to. */
  #knows(telling: Telling, person: string): boolean {
    return telling.told.includes(person) || this.#awaits(telling, person);
  }

  #awaits({ alarm }: Telling, person: string): boolean {
    return this.#inboxes.waiting(person, alarm.id).length > 0;
  }

  #isRepeat(alarm: Alarm): boolean {
    return isChattering(this.#raises(alarm), alarm.raisedAt);
  }

  #raises(alarm: Alarm): Raises {
    return this.#keep.raises.get(ruleKey(alarm)) ?? [];
  }
}

const ruleKey = ({ point, rule }: Alarm): string => `${point}/${rule.id}`;
