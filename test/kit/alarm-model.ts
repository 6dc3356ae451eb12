import type { Alarm } from '#model/alarm';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';

/*
 * Alarms of one fridge, which a power cut explains, as a list of plain facts: written for the random walk, from
 * ISA-18.2 and not from the engine. It knows nothing of events, books, or what is stored.
 */

/** One occurrence of "fridge too warm". */
interface Occurrence {
  lasts: boolean;
  taken: boolean;
  takenUntil: EpochMs | null;
  waitsForReset: boolean;
  gone: boolean;
  shelved: boolean;
  explained: boolean;
  heldUntil: EpochMs | null;
  ask: { readonly by: string; readonly at: EpochMs; readonly shelf: ModelShelf } | null;
}

interface ModelShelf {
  readonly until: EpochMs;
  readonly oneShot: boolean;
}

const GRACE: Ms = 10 * SECOND;
const RECOVERY: Ms = MINUTE;
const ASK: Ms = 15 * MINUTE;

export class AlarmModel {
  readonly #latches: boolean;
  readonly #all: Occurrence[] = [];
  #shelf: ModelShelf | null = null;
  #outUntil: EpochMs | null = null;
  cut = false;

  constructor(latches: boolean) {
    this.#latches = latches;
  }

  /** What anybody sees of those that are not over, oldest first. */
  seen() {
    return this.#open().map((one) => ({
      state: nameOf(one),
      shelved: one.shelved,
      suppressed: one.explained,
      held: one.heldUntil !== null,
      out: this.#outUntil !== null,
      asked: one.ask?.by ?? null,
      takenUntil: one.taken && one.lasts ? one.takenUntil : null,
    }));
  }

  get lasts(): boolean {
    return this.#lasting() !== undefined;
  }

  raise(now: EpochMs): void {
    this.#all.push({
      ...{ lasts: true, taken: false, takenUntil: null, waitsForReset: false, gone: false, ask: null },
      shelved: this.#shelf !== null,
      explained: this.cut,
      heldUntil: this.cut ? null : now + GRACE,
    });
  }

  clear(): void {
    const one = this.#lasting();
    if (one === undefined) return;
    // It only waited for an explanation: it is told after all.
    if (!one.explained) one.heldUntil = null;
    const unheard = this.#isQuiet(one);
    one.lasts = false;
    if (unheard) one.taken = true;
    if (this.#shelf?.oneShot) {
      this.#shelf = null;
      for (const each of this.#open()) each.shelved = false;
    }
    if (one.ask?.shelf.oneShot) one.ask = null;
    this.#settle(one);
    this.#explain(0);
  }

  setCut(cut: boolean, now: EpochMs): void {
    this.cut = cut;
    this.#explain(now);
  }

  tick(now: EpochMs): void {
    if (this.#shelf !== null && this.#shelf.until <= now) this.#shelf = null;
    if (this.#outUntil !== null && this.#outUntil <= now) this.takeBack();
    for (const one of this.#open()) {
      if (one.shelved && this.#shelf === null) this.#unshelve(one);
      if (one.lasts && one.taken && one.takenUntil !== null && one.takenUntil <= now) one.taken = false;
      if (one.ask !== null && (now >= one.ask.at + ASK || now >= one.ask.shelf.until)) one.ask = null;
    }
    this.#explain(now);
  }

  take(index: number, until: EpochMs): void {
    const one = this.#open()[index];
    if (one === undefined || one.taken) return;
    one.taken = true;
    one.takenUntil = until;
    if (!one.explained) one.heldUntil = null;
    this.#settle(one);
  }

  shelve(index: number, shelf: ModelShelf): void {
    const one = this.#open()[index];
    if (one === undefined || (shelf.oneShot && !one.lasts)) return;
    for (const each of this.#open()) each.shelved = true;
    one.ask = null;
    this.#shelf = shelf;
  }

  ask(index: number, by: string, at: EpochMs, shelf: ModelShelf): void {
    const one = this.#open()[index];
    if (one === undefined || (shelf.oneShot && !one.lasts)) return;
    one.ask = { by, at, shelf };
  }

  grant(index: number, by: string): void {
    const asked = this.#open()[index]?.ask;
    if (asked && asked.by !== by) this.shelve(index, asked.shelf);
  }

  unshelve(index: number): void {
    if (!this.#open()[index]?.shelved) return;
    this.#shelf = null;
    for (const one of this.#open()) if (one.shelved) this.#unshelve(one);
  }

  reset(index: number): void {
    const one = this.#open()[index];
    if (one?.waitsForReset) one.gone = true;
  }

  takeOut(until: EpochMs): void {
    this.#outUntil = until;
  }

  takeBack(): void {
    if (this.#outUntil === null) return;
    this.#outUntil = null;
    for (const one of this.#open()) this.#hearAgain(one);
  }

  #open(): Occurrence[] {
    return this.#all.filter(({ gone }) => !gone);
  }

  #lasting(): Occurrence | undefined {
    return this.#all.find(({ lasts }) => lasts);
  }

  #isQuiet(one: Occurrence): boolean {
    return one.shelved || one.explained || one.heldUntil !== null || this.#outUntil !== null;
  }

  #unshelve(one: Occurrence): void {
    one.shelved = false;
    this.#hearAgain(one);
  }

  #hearAgain(one: Occurrence): void {
    if (one.lasts && !this.#isQuiet(one)) one.taken = false;
  }

  /** Over and taken is gone, but where somebody must reset it. */
  #settle(one: Occurrence): void {
    if (one.lasts || !one.taken || one.waitsForReset) return;
    if (this.#latches) one.waitsForReset = true;
    else one.gone = true;
  }

  #explain(now: EpochMs): void {
    for (const one of this.#open()) {
      if (one.lasts && this.cut) {
        one.explained = true;
        one.heldUntil = null;
      } else if (!one.lasts && one.explained) {
        one.explained = false;
        one.heldUntil = null;
      } else if (one.explained && one.heldUntil === null) one.heldUntil = now + RECOVERY;
      else if (one.heldUntil !== null && one.heldUntil <= now) {
        one.heldUntil = null;
        if (one.explained) {
          one.explained = false;
          this.#hearAgain(one);
        }
      }
    }
  }
}

function nameOf({ lasts, taken, waitsForReset }: Occurrence): Alarm['state'] {
  if (waitsForReset) return 'latched';
  if (lasts) return taken ? 'acknowledged' : 'unacknowledged';
  return 'returned';
}
