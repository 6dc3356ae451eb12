import { randomUUID } from 'node:crypto';
import type { Alarm } from '#model/alarm';
import type { JournalEvent } from '#model/journal';
import type { NewDelivery } from '#model/outbox';
import { USUAL_POLICY } from '#model/policy';
import { DAY, type EpochMs, HOUR, MINUTE, type Ms } from '#model/time';
import { between, normal, type Random } from '../../firmware-sim/physics/random.ts';

interface Intent {
  readonly at: EpochMs;
  readonly by: string;
  readonly alarm: string;
  readonly type: 'acknowledge' | 'shelve';
}

/** A shelf that somebody put a rule of a point on. */
export interface Shelf {
  readonly point: string;
  readonly rule: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Whether somebody hears the telephone: by day nearly always, at night two times in three. */
const HEARD = { day: 0.95, night: 0.65 };
/** Half of those who heard it have taken the alarm after so long; some take four times as long. */
const USUALLY: Ms = 4 * MINUTE;
const SPREAD = 0.9;
/** Share of alarms (not critical ones) that somebody shelves instead, and for how long. */
const SHELVED = 0.05;
const SHELF = [HOUR, 8 * HOUR] as const;
/** When the day shift goes through what the night left. */
const ROUND = 8 * HOUR;

/** The people who are told: they answer after a while, or sleep; in the morning they go through what is left. */
export class Crew {
  readonly shelves: Shelf[] = [];
  readonly #random: Random;
  readonly #ahead: Ms;
  #intents: Intent[] = [];
  #round = 0;

  /** `ahead`: of UTC, for the hours of day and night. */
  constructor(random: Random, ahead: Ms) {
    this.#random = random;
    this.#ahead = ahead;
  }

  hear({ event, person, alarms, severity }: NewDelivery, now: EpochMs): void {
    if (event === 'cleared' || event === 'test') return;
    const hour = ((now + this.#ahead) % DAY) / HOUR;
    const awake = hour >= 7 && hour < 23 ? HEARD.day : HEARD.night;
    if (this.#random() > awake) return;
    const at = now + USUALLY * Math.exp(SPREAD * normal(this.#random));
    const type = severity !== 'critical' && this.#random() < SHELVED ? 'shelve' : 'acknowledge';
    for (const { id } of alarms) this.#intents.push({ at: Math.round(at), by: person, alarm: id, type });
  }

  /** What they do by now, as rows of the journal. */
  acts(now: EpochMs, open: () => readonly Alarm[]): JournalEvent[] {
    const due = this.#intents.filter(({ at }) => at <= now);
    const round = this.#roundDue(now);
    if (due.length === 0 && !round) return [];
    this.#intents = this.#intents.filter(({ at }) => at > now);
    const alarms = new Map(open().map((alarm) => [alarm.id, alarm]));
    const acts = due.flatMap((intent) => this.#act(intent, alarms, now));
    return round ? [...acts, ...[...alarms.values()].flatMap((alarm) => this.#tidy(alarm, now))] : acts;
  }

  #act({ by, alarm: id, type }: Intent, alarms: ReadonlyMap<string, Alarm>, at: EpochMs): JournalEvent[] {
    const alarm = alarms.get(id);
    if (alarm === undefined || (alarm.state !== 'unacknowledged' && alarm.state !== 'returned')) return [];
    if (type === 'acknowledge') return [acknowledged(alarm, by, at)];
    const until = at + Math.round(between(this.#random, ...SHELF));
    this.shelves.push({ point: alarm.point, rule: alarm.rule.id, from: at, to: until });
    return [rowOf('alarm-shelved', { alarm: id, until, oneShot: false }, by, at)];
  }

  #tidy(alarm: Alarm, at: EpochMs): JournalEvent[] {
    if (alarm.state === 'latched') return [rowOf('alarm-reset', { alarm: alarm.id }, 'wang', at)];
    return alarm.state === 'returned' ? [acknowledged(alarm, 'wang', at)] : [];
  }

  #roundDue(now: EpochMs): boolean {
    const day = Math.floor((now + this.#ahead - ROUND) / DAY);
    const due = day > this.#round;
    this.#round = Math.max(day, this.#round);
    return due;
  }
}

function acknowledged({ id, rule }: Alarm, by: string, at: EpochMs): JournalEvent {
  const lasts = USUAL_POLICY.acknowledgedFor[rule.severity];
  return rowOf('alarm-acknowledged', { alarm: id, until: lasts === null ? null : at + lasts }, by, at);
}

/** As the journal has it: the gateway's own way of writing is not asked. */
const rowOf = (type: string, data: JournalEvent['data'], by: string, at: EpochMs): JournalEvent => ({
  ...{ type, at, by },
  data: { ...data, comment: '', token: randomUUID() },
});
