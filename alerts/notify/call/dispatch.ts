import type { Alarm } from '#model/alarm';
import type { Announced } from '#model/announcer';
import type { News } from '#model/channel';
import type { NewDelivery } from '#model/outbox';
import { SEVERITIES } from '#model/standard';
import { type EpochMs, MINUTE, type Ms } from '#model/time';
import type { Notice } from './inbox.ts';
import type { Inboxes, KeptWaiting } from './inboxes.ts';
import type { Tellings } from './tellings.ts';

/** Something to be said of an alarm. */
export interface Saying {
  readonly alarm: Alarm;
  readonly news: News;
  readonly at: EpochMs;
  /** The alarm comes and goes, and it was said so lately. */
  readonly repeat?: boolean;
}

/** How long an alarm that came and went must last before it is told, count or not; of a critical one. Ours. */
const CHATTER_ENDS: Ms = 5 * MINUTE;
const URGENT_CHATTER_ENDS: Ms = MINUTE;

/** Takes what is to be said to people into messages: at once, or together with more. */
export class Dispatch {
  readonly #tellings: Tellings;
  readonly #inboxes: Inboxes;
  /** Where the alarm is: what happens in one place belongs together. */
  readonly #place: (alarm: Alarm) => string;
  #deliveries: NewDelivery[] = [];
  #withdrawn: string[] = [];

  constructor(tellings: Tellings, inboxes: Inboxes, place: (alarm: Alarm) => string) {
    this.#tellings = tellings;
    this.#inboxes = inboxes;
    this.#place = place;
  }

  get eventful(): boolean {
    return this.#deliveries.length > 0 || this.#withdrawn.length > 0;
  }

  drain(): Omit<Announced, 'changed'> {
    const drained = { deliveries: this.#deliveries, withdrawn: this.#withdrawn };
    this.#deliveries = [];
    this.#withdrawn = [];
    return drained;
  }

  /** Ready as they are. */
  send(deliveries: readonly NewDelivery[]): void {
    this.#deliveries.push(...deliveries);
  }

  say({ alarm, news, at, repeat = false }: Saying, people: readonly string[]): void {
    if (people.length === 0) return;
    const { id, rule } = alarm;
    const notice = { alarm: id, news, at, key: `${id}.${this.#tellings.count(id).toString(36)}.${news}` };
    const manner = {
      urgent: rule.severity === 'critical' && news !== 'cleared',
      ...{ chattering: repeat, group: `${news}/${this.#place(alarm)}/${rule.kind}` },
    };
    for (const person of people)
      if (this.#inboxes.post(person, notice, manner)) this.#deliver(person, notice);
  }

  /** Of what has become quiet nothing is said any more that was not said yet, but that it is over. */
  hush({ id }: Alarm): void {
    this.#inboxes.drop(id, ['raised', 'escalated', 'reminder']);
    this.#withdrawn.push(id);
    const isUnsaid = ({ event, alarms }: NewDelivery) =>
      event !== 'cleared' && event !== 'digest' && alarms[0]?.id === id;
    const unsaid = this.#deliveries.filter(isUnsaid);
    this.#deliveries = this.#deliveries.filter((delivery) => !isUnsaid(delivery));
    const toNew = unsaid.filter(({ event }) => event === 'raised').map(({ person }) => person);
    this.#tellings.unmarkTold(id, toNew);
  }

  /** Sends what has gathered for long enough. */
  tellDue(now: EpochMs): void {
    const taken = this.#inboxes.takeDue(now, (waiting) => this.#stays(waiting, now));
    for (const [person, due] of taken) {
      const ids = [...new Set(due.map(({ alarm }) => alarm))];
      const last = due.at(-1);
      if (ids.length === 1 && last !== undefined) this.#deliver(person, last);
      else this.#deliverDigest(person, ids, now);
    }
    for (const { alarm } of taken.flatMap(([, due]) => due)) this.forgetOver(alarm);
  }

  /** What is over is forgotten when no digest will list it. */
  forgetOver(id: string): void {
    const over = this.#tellings.get(id)?.alarm.state === 'normal';
    if (over && !this.#inboxes.awaits(id)) this.#tellings.forget(id);
  }

  #stays({ alarm: id, at, urgent }: KeptWaiting, now: EpochMs): boolean {
    const lasts = at + (urgent ? URGENT_CHATTER_ENDS : CHATTER_ENDS) <= now;
    // Later than now: the clock was set back, and how long it lasted nobody knows.
    return this.#tellings.get(id)?.alarm.clearedAt === null && (lasts || at > now);
  }

  #deliver(person: string, { alarm: id, news, at, key }: Notice): void {
    const telling = this.#tellings.get(id);
    if (telling === undefined) return;
    const { alarm } = telling;
    this.#deliveries.push({
      ...{ key, event: news, at, person },
      ...{ severity: alarm.rule.severity, alarms: [alarm] },
    });
    if (news !== 'cleared') this.#tellings.markTold(id, person);
  }

  #deliverDigest(person: string, ids: readonly string[], at: EpochMs): void {
    const tellings = ids.flatMap((id) => this.#tellings.get(id) ?? []);
    const alarms = tellings.map((telling) => this.#tellings.refreshed(telling).alarm).sort(worstFirst);
    const severity = alarms[0]?.rule.severity ?? 'notice';
    const key = `digest.${person}.${this.#inboxes.numberDigest(person).toString(36)}`;
    this.#deliveries.push({ key, event: 'digest', at, person, severity, alarms });
    for (const id of ids) this.#tellings.markTold(id, person);
  }
}

const worstFirst = (a: Alarm, b: Alarm): number =>
  SEVERITIES.indexOf(b.rule.severity) - SEVERITIES.indexOf(a.rule.severity) ||
  a.raisedAt - b.raisedAt ||
  (a.id < b.id ? -1 : 1);
