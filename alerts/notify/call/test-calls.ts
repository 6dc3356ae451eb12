import type { NewDelivery } from '#model/outbox';
import type { Site, TestCall } from '#model/site';
import type { EpochMs } from '#model/time';
import type { Kept } from './kept.ts';
import { dateAt, whenShown } from './wall-clock.ts';

/* The regular trial of the way to each person (GSP annex 3, clause 6 wants the ways tested; monthly is ours). */

/** One entry for the site (`LATEST`: the moment of the last call) and one for each person who owes an answer. */
export interface KeptCall {
  readonly at: EpochMs;
}

const LATEST = '';
/** A fifth Monday comes after four months at the latest. */
const MONTHS_BACK = 6;

/** Calls everybody at each moment, late when the gateway was off, and remembers who has not answered. */
export class TestCalls {
  readonly #site: Site;
  readonly #kept: Kept<KeptCall>;

  constructor(site: Site, kept: Kept<KeptCall>) {
    this.#site = site;
    this.#kept = kept;
  }

  /** What is to be sent now; nothing for moments before the gateway first ran. */
  due(now: EpochMs): NewDelivery[] {
    const { testCall, people, timeZone } = this.#site;
    const moment = testCall === null ? undefined : latestCall(testCall, now, timeZone);
    const before = this.#kept.get(LATEST);
    if (moment === undefined || moment === before?.at) return [];
    this.#kept.set(LATEST, { at: moment });
    // At the first start, and after a clock that was ahead, it was not missed.
    if (before === undefined || moment < before.at) return [];
    const called = people.filter(({ channels }) => channels.length > 0).map(({ id }) => id);
    // An answer that is still owed is owed since then.
    for (const person of called)
      if (this.#kept.get(person) === undefined) this.#kept.set(person, { at: now });
    const key = `test.${moment.toString(36)}`;
    return called.map((person) => ({
      ...{ key, event: 'test', at: moment, person },
      ...{ severity: 'notice', alarms: [] },
    }));
  }

  confirm(person: string): void {
    if (person !== LATEST) this.#kept.delete(person);
  }

  /** People who still stand in the site file and owe an answer. */
  owing(): readonly string[] {
    const { testCall, people } = this.#site;
    if (testCall === null) return [];
    return people.map(({ id }) => id).filter((id) => this.#kept.get(id) !== undefined);
  }

  /** Those who owe it for too long. */
  unanswered(now: EpochMs): readonly string[] {
    const within = this.#site.testCall?.answerWithin ?? 0;
    return this.owing().filter((id) => (this.#kept.get(id)?.at ?? now) + within <= now);
  }
}

/** The last moment of a call until then, both included; undefined when none lies in the last months. */
export function latestCall(call: TestCall, now: EpochMs, timeZone: string): EpochMs | undefined {
  const month = dateAt(now, timeZone).toPlainYearMonth();
  for (let back = 0; back < MONTHS_BACK; back++) {
    const moment = callIn(call, month.subtract({ months: back }), timeZone);
    if (moment !== undefined && moment <= now) return moment;
  }
  return undefined;
}

function callIn({ week, day, at }: TestCall, month: Temporal.PlainYearMonth, timeZone: string) {
  const first = month.toPlainDate({ day: 1 });
  const date = first.add({ days: ((day - first.dayOfWeek + 7) % 7) + (week - 1) * 7 });
  return date.month === month.month ? whenShown(date, at, timeZone) : undefined;
}
