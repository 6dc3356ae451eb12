import type { Alarm, AlarmEvent } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { Entry, JournalEvent } from '#model/journal';
import type { NewDelivery } from '#model/outbox';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { type EpochMs, type Ms, SECOND } from '#model/time';
import { toJournal } from '../../../alerts/engine/book/act.ts';
import { deedOf, serviceOf } from '../../../alerts/engine/book/terms.ts';
import { BEGINNING } from '../../../alerts/engine/changes.ts';
import { Evaluator } from '../../../alerts/engine/judge/evaluator.ts';
import { announcerOf } from '../../../alerts/notify/call/announcer.ts';
import type { PlannedAct, Script } from './script.ts';

/** What happened in a rehearsal, at a moment after its start. */
export type Happening = { readonly after: Ms } & (
  | { readonly kind: 'event'; readonly event: AlarmEvent }
  | { readonly kind: 'message'; readonly delivery: NewDelivery }
  | { readonly kind: 'refused'; readonly act: PlannedAct; readonly why: string }
);

/**
 * Plays a script to the real evaluator and the real announcer, second by second of simulated time: what the gateway
 * would do. Points that the script does not name are not there; a regular test call does not fall in between.
 */
export function rehearse(site: Site, script: Script): Happening[] {
  const stage = new Stage(onlyThePointsOf(script, site), script);
  const end = script.from + script.length;
  for (let now = script.from; now <= end; now += SECOND) stage.second(now);
  return stage.happenings;
}

function onlyThePointsOf({ series }: Script, site: Site): Site {
  const devices = site.devices.map((device) => ({
    ...device,
    points: device.points.filter(({ id }) => series.has(id)),
  }));
  return { ...site, devices, testCall: null };
}

class Stage {
  readonly happenings: Happening[] = [];
  readonly #site: Site;
  readonly #script: Script;
  readonly #evaluator: Evaluator;
  #seq = 0;

  constructor(site: Site, script: Script) {
    this.#site = site;
    this.#script = script;
    const nothing = { position: BEGINNING, points: [], alarms: [], kept: [] };
    this.#evaluator = new Evaluator(site, announcerOf(site), nothing, script.from);
  }

  second(now: EpochMs): void {
    const { from, length, acts } = this.#script;
    // What stands at the end has been seen to the end: no sample begins there.
    const readings = now < from + length ? this.#readings(now) : [];
    if (readings.length > 0) this.#take({ kind: 'readings', seq: ++this.#seq, arrived: now, readings });
    for (const act of acts) if (now - SECOND < act.at && act.at <= now) this.#act(act, now);
    this.#evaluator.tick(now);
    this.#collect(now);
  }

  /** Each point is read as often as on the site, whatever the length of the samples. */
  #readings(now: EpochMs): Reading[] {
    const { from, every, series } = this.#script;
    return this.#site.devices
      .flatMap((device) => device.points)
      .filter((point) => (now - from) % Math.max(SECOND, point.every - (point.every % SECOND)) === 0)
      .flatMap(({ id }) => {
        const samples = series.get(id) ?? [];
        const sample = samples[Math.min(Math.floor((now - from) / every), samples.length - 1)] ?? null;
        return sample === null ? [] : [{ point: id, at: now, ...sample }];
      });
  }

  #act(act: PlannedAct, now: EpochMs): void {
    try {
      const acted = this.#take({ kind: 'event', seq: ++this.#seq, arrived: now, event: this.#row(act, now) });
      if (acted?.refusal) throw acted.refusal;
    } catch (error) {
      if (!(error instanceof HygateError)) throw error;
      const after = now - this.#script.from;
      this.happenings.push({ after, kind: 'refused', act, why: error.message });
    }
  }

  #row({ by, point, rule, action }: PlannedAct, now: EpochMs): JournalEvent {
    const signed = { at: now, by, token: `act-${this.#seq}` };
    if (rule === null) return toJournal({ ...signed, point, action: serviceOf(action, now) });
    const alarm = this.#open(point, rule);
    const deed = deedOf(action, alarm, { policy: this.#site.policy, now });
    return toJournal({ ...signed, alarm: alarm.id, deed });
  }

  #open(point: string, rule: string): Alarm {
    const found = this.#evaluator.open().find((alarm) => alarm.point === point && alarm.rule.id === rule);
    if (found === undefined) throw new HygateError('alarm-unknown', 'there is no such alarm at that moment');
    return found;
  }

  #take(entry: Entry) {
    return this.#evaluator.take(entry);
  }

  #collect(now: EpochMs): void {
    const after = now - this.#script.from;
    const { events, announced } = this.#evaluator.drain();
    for (const { event } of events) this.happenings.push({ after, kind: 'event', event });
    for (const delivery of announced.deliveries) this.happenings.push({ after, kind: 'message', delivery });
  }
}
