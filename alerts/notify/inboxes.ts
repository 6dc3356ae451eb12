import type { News } from '#model/channel';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import { aged, EMPTY_INBOX, type Inbox, type Manner, type Notice, receive, type Waiting } from './inbox.ts';
import type { Kept } from './kept.ts';

/** What waits and for whom. Each is kept by itself: in a flood a list would be written anew with each entry. */
export interface KeptWaiting extends Waiting {
  readonly person: string;
}

/** The inbox of everybody. */
export class Inboxes {
  readonly #inboxes: Kept<Inbox>;
  /** By key and person. */
  readonly #kept: Kept<KeptWaiting>;
  readonly #meter: Meter;
  /** By person, in the order in which it came. */
  readonly #waiting = new Map<string, readonly KeptWaiting[]>();

  constructor(inboxes: Kept<Inbox>, waiting: Kept<KeptWaiting>, meter: Meter) {
    this.#inboxes = inboxes;
    this.#kept = waiting;
    this.#meter = meter;
    const inOrder = [...waiting.entries()].map(([, each]) => each).sort((a, b) => a.at - b.at);
    for (const each of inOrder) this.#waiting.set(each.person, [...this.#of(each.person), each]);
  }

  /** Whether the notice is to be told at once; else it gathers. */
  post(person: string, notice: Notice, manner: Manner): boolean {
    const { inbox, hold } = receive(this.#inbox(person), this.#of(person), notice, manner);
    this.#inboxes.set(person, inbox);
    if (hold === null) return true;
    const waiting = { ...notice, ...hold, person };
    this.#waiting.set(person, [...this.#of(person), waiting]);
    this.#kept.set(keyOf(waiting), waiting);
    this.#meter.count('hygate_notices_gathered_total', { reason: hold.why });
    return false;
  }

  /** What waits for the person, of the alarm. */
  waiting(person: string, alarm: string): readonly Waiting[] {
    return this.#of(person).filter((each) => each.alarm === alarm);
  }

  /** Whether the alarm will still be in somebody's digest. */
  awaits(alarm: string): boolean {
    return [...this.#waiting.values()].some((waiting) => waiting.some((each) => each.alarm === alarm));
  }

  /** Takes these news of the alarm out of every inbox, or of the person's. */
  drop(alarm: string, news: readonly News[], person?: string): void {
    const people = person === undefined ? [...this.#waiting.keys()] : [person];
    for (const id of people) this.#take(id, (each) => each.alarm === alarm && news.includes(each.news));
  }

  /** Takes out what is to be told now, person by person. */
  takeDue(now: EpochMs, isDue: (waiting: Waiting) => boolean): (readonly [string, readonly Waiting[]])[] {
    return [...this.#waiting.keys()].flatMap((person) => {
      const due = this.#take(person, isDue);
      if (due.length === 0) return [];
      this.#inboxes.set(person, aged(this.#inbox(person), now));
      return [[person, due] as const];
    });
  }

  /** The number of the person's next digest. */
  numberDigest(person: string): number {
    const inbox = this.#inbox(person);
    this.#inboxes.set(person, { ...inbox, digests: inbox.digests + 1 });
    return inbox.digests + 1;
  }

  #take(person: string, isMeant: (waiting: Waiting) => boolean): readonly Waiting[] {
    const before = this.#of(person);
    const taken = before.filter(isMeant);
    if (taken.length === 0) return taken;
    for (const each of taken) this.#kept.delete(keyOf(each));
    this.#waiting.set(
      person,
      before.filter((each) => !taken.includes(each)),
    );
    return taken;
  }

  #of(person: string): readonly KeptWaiting[] {
    return this.#waiting.get(person) ?? [];
  }

  #inbox(person: string): Inbox {
    return this.#inboxes.get(person) ?? EMPTY_INBOX;
  }
}

const keyOf = ({ key, person }: KeptWaiting): string => `${key}/${person}`;
