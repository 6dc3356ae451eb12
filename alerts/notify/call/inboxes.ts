import type { News } from '#model/channel';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import {
  EMPTY_INBOX,
  emptied,
  type Inbox,
  LISTS,
  type Manner,
  type Notice,
  receive,
  setBack,
  type Waiting,
} from './inbox.ts';
import type { Kept } from './kept.ts';

/** What waits and for whom. Each is kept by itself: in a flood a list would be written anew with each entry. */
export interface KeptWaiting extends Waiting {
  readonly person: string;
  /** Told before its list when its alarm stays. */
  readonly urgent: boolean;
}

/** The inbox of everybody. */
export class Inboxes {
  readonly #inboxes: Kept<Inbox>;
  /** By key and person. */
  readonly #kept: Kept<KeptWaiting>;
  readonly #meter: Meter;
  /** In the order in which they came. */
  readonly #byPerson = new Map<string, Set<KeptWaiting>>();
  readonly #byAlarm = new Map<string, Set<KeptWaiting>>();
  /** Of alarms that come and go. */
  readonly #chatter = new Set<KeptWaiting>();

  constructor(inboxes: Kept<Inbox>, waiting: Kept<KeptWaiting>, meter: Meter) {
    this.#inboxes = inboxes;
    this.#kept = waiting;
    this.#meter = meter;
    const inOrder = [...waiting.entries()].map(([, each]) => each).sort((a, b) => a.at - b.at);
    for (const each of inOrder) this.#add(each);
  }

  /** Whether the notice is to be told at once; else it gathers. */
  post(person: string, notice: Notice, manner: Manner): boolean {
    const { inbox, hold } = receive(this.#inbox(person), notice, manner);
    this.#inboxes.set(person, inbox);
    if (hold === null) return true;
    const waiting = { ...notice, list: hold.list, person, urgent: manner.urgent };
    this.#add(waiting);
    this.#kept.set(keyOf(waiting), waiting);
    this.#meter.count('hygate_notices_gathered_total', { reason: hold.why });
    return false;
  }

  /** What waits for the person, of the alarm. */
  waiting(person: string, alarm: string): readonly Waiting[] {
    return this.#of(alarm).filter((each) => each.person === person);
  }

  /** Whether the alarm will still be in somebody's digest. */
  awaits(alarm: string): boolean {
    return this.#of(alarm).length > 0;
  }

  /** Takes these news of the alarm out of every inbox, or of the person's. */
  drop(alarm: string, news: readonly News[], person?: string): void {
    for (const each of this.#of(alarm))
      if (news.includes(each.news) && (person === undefined || person === each.person)) this.#remove(each);
  }

  /**
   * Takes out what is to be told now, list by list. `stays`: it came and went and now lasts, so that it cannot wait for
   * its list; what is urgent goes by itself, anything else brings the whole list forward.
   */
  takeDue(now: EpochMs, stays: (waiting: KeptWaiting) => boolean): (readonly [string, readonly Waiting[]])[] {
    const staying = [...this.#chatter].filter(stays);
    const urgent = staying.filter((each) => each.urgent);
    for (const each of urgent) this.#remove(each);
    const early = new Set(staying.flatMap((each) => (each.urgent ? [] : [each.person])));
    return [...urgent.map((each) => [each.person, [each]] as const), ...this.#takeLists(now, early)];
  }

  /** The clock was set back. */
  setBack(now: EpochMs): void {
    for (const [person, inbox] of this.#inboxes.entries()) this.#inboxes.set(person, setBack(inbox, now));
  }

  /** The number of the person's next digest. */
  numberDigest(person: string): number {
    const inbox = this.#inbox(person);
    this.#inboxes.set(person, { ...inbox, digests: inbox.digests + 1 });
    return inbox.digests + 1;
  }

  /** `early`: whose chatter is told before its time. */
  #takeLists(now: EpochMs, early: ReadonlySet<string>): (readonly [string, readonly Waiting[]])[] {
    const taken: (readonly [string, readonly Waiting[]])[] = [];
    for (const [person, inbox] of this.#inboxes.entries()) {
      for (const list of LISTS) {
        const isEarly = list === 'chatter' && early.has(person);
        if (!isEarly && (inbox.due[list] ?? Number.POSITIVE_INFINITY) > now) continue;
        const waiting = [...(this.#byPerson.get(person) ?? [])].filter((each) => each.list === list);
        for (const each of waiting) this.#remove(each);
        this.#inboxes.set(person, emptied(this.#inbox(person), list, now));
        if (waiting.length > 0) taken.push([person, waiting]);
      }
    }
    return taken;
  }

  #add(waiting: KeptWaiting): void {
    const { person, alarm, list } = waiting;
    this.#byPerson.set(person, (this.#byPerson.get(person) ?? new Set()).add(waiting));
    this.#byAlarm.set(alarm, (this.#byAlarm.get(alarm) ?? new Set()).add(waiting));
    if (list === 'chatter') this.#chatter.add(waiting);
  }

  #remove(waiting: KeptWaiting): void {
    const { person, alarm } = waiting;
    this.#byPerson.get(person)?.delete(waiting);
    const ofAlarm = this.#byAlarm.get(alarm);
    ofAlarm?.delete(waiting);
    if (ofAlarm?.size === 0) this.#byAlarm.delete(alarm);
    this.#chatter.delete(waiting);
    this.#kept.delete(keyOf(waiting));
  }

  #of(alarm: string): readonly KeptWaiting[] {
    return [...(this.#byAlarm.get(alarm) ?? [])];
  }

  #inbox(person: string): Inbox {
    return this.#inboxes.get(person) ?? EMPTY_INBOX;
  }
}

const keyOf = ({ key, person }: KeptWaiting): string => `${key}/${person}`;
