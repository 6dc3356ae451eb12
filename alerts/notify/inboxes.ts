import type { News } from '#model/channel';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';
import {
  aged,
  dropped,
  EMPTY_INBOX,
  type Inbox,
  type Manner,
  type Notice,
  receive,
  takeDue,
  type Waiting,
} from './inbox.ts';
import type { Kept } from './kept.ts';

/** The inbox of everybody. */
export class Inboxes {
  readonly #kept: Kept<Inbox>;
  readonly #meter: Meter;

  constructor(kept: Kept<Inbox>, meter: Meter) {
    this.#kept = kept;
    this.#meter = meter;
  }

  /** Whether the notice is to be told at once; else it gathers. */
  post(person: string, notice: Notice, manner: Manner): boolean {
    const { inbox, gathered } = receive(this.#inbox(person), notice, manner);
    this.#kept.set(person, inbox);
    if (gathered !== null) this.#meter.count('hygate_notices_gathered_total', { reason: gathered });
    return gathered === null;
  }

  /** What waits for the person, of the alarm. */
  waiting(person: string, alarm: string): readonly Waiting[] {
    return this.#inbox(person).waiting.filter((each) => each.alarm === alarm);
  }

  /** Whether the alarm will still be in somebody's digest. */
  awaits(alarm: string): boolean {
    return [...this.#kept.entries()].some(([, { waiting }]) => waiting.some((each) => each.alarm === alarm));
  }

  /** Takes these news of the alarm out of every inbox, or of the person's. */
  drop(alarm: string, news: readonly News[], person?: string): void {
    const people = person === undefined ? [...this.#kept.entries()].map(([id]) => id) : [person];
    for (const id of people) this.#put(id, dropped(this.#inbox(id), alarm, news));
  }

  /** Takes out what is to be told now, person by person. */
  takeDue(now: EpochMs, isDue: (waiting: Waiting) => boolean): (readonly [string, readonly Waiting[]])[] {
    const taken: (readonly [string, readonly Waiting[]])[] = [];
    for (const [person, before] of this.#kept.entries()) {
      const { inbox, due } = takeDue(before, isDue);
      if (due.length === 0) continue;
      this.#kept.set(person, aged(inbox, now));
      taken.push([person, due]);
    }
    return taken;
  }

  /** The number of the person's next digest. */
  numberDigest(person: string): number {
    const inbox = this.#inbox(person);
    this.#kept.set(person, { ...inbox, digests: inbox.digests + 1 });
    return inbox.digests + 1;
  }

  #inbox(person: string): Inbox {
    return this.#kept.get(person) ?? EMPTY_INBOX;
  }

  #put(person: string, inbox: Inbox): void {
    if (inbox !== this.#inbox(person)) this.#kept.set(person, inbox);
  }
}
