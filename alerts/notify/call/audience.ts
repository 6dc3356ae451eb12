import type { Alarm } from '#model/alarm';
import { inSpan } from '#model/daily-span';
import type { Meter } from '#model/meter';
import type { Duty, OnCall } from '#model/oncall';
import type { PointId } from '#model/point';
import type { Area, Route, Site } from '#model/site';
import type { EpochMs } from '#model/time';
import { onCallOf } from './on-call.ts';
import { everybodyOf } from './rota.ts';

/** Whom the site's routes and rotas call at a moment. */
export class Audience {
  readonly #site: Site;
  readonly #meter: Meter;
  readonly #onCall: OnCall;
  readonly #people: ReadonlySet<string>;
  readonly #areas: ReadonlyMap<PointId, Area>;
  /** Rota → the gap that was counted last. */
  readonly #gaps = new Map<string, EpochMs>();

  constructor(site: Site, meter: Meter) {
    this.#site = site;
    this.#meter = meter;
    this.#onCall = onCallOf(site);
    this.#people = new Set(site.people.map(({ id }) => id));
    this.#areas = areasOf(site);
  }

  /** Undefined for alarms of the gateway about itself and for points that left the site file. */
  areaOf({ point }: Alarm): Area | undefined {
    return this.#areas.get(point);
  }

  /** The routes that take the alarm at that moment. */
  routes(alarm: Alarm, at: EpochMs): readonly Route[] {
    const { routes, timeZone } = this.#site;
    return routes.filter(
      (route) => this.#takes(route, alarm) && (route.during === null || inSpan(route.during, at, timeZone)),
    );
  }

  /**
   * Everybody whom these routes call at once. Where the rule wants more people (GSP annex 3, clause 6: three) and fewer
   * are on call, the steps of the escalation fill up.
   */
  called({ rule }: Alarm, routes: readonly Route[], at: EpochMs): readonly string[] {
    const called = this.people(
      routes.flatMap(({ to }) => to),
      at,
    );
    const wanted = rule.kind === 'condition' ? 0 : (rule.people ?? 0);
    if (called.length >= wanted) return called;
    const steps = routes.flatMap(({ escalate }) => escalate).sort((a, b) => a.after - b.after);
    const further = this.people(
      steps.flatMap(({ to }) => to),
      at,
    ).filter((id) => !called.includes(id));
    return [...called, ...further.slice(0, wanted - called.length)];
  }

  /** People, each once, for ids of people and rotas. A rota on which nobody is on call means everybody who stands it. */
  people(ids: readonly string[], at: EpochMs): readonly string[] {
    return [...new Set(ids.flatMap((id) => (this.#people.has(id) ? [id] : this.#onDuty(id, at))))];
  }

  #onDuty(id: string, at: EpochMs): readonly string[] {
    const rota = this.#site.rotas.find((candidate) => candidate.id === id);
    if (rota === undefined) return [];
    const duties = this.#onCall.at(at).filter((duty) => duty.rota === id);
    const people = duties.flatMap((duty) => duty.people).filter((person) => this.#people.has(person));
    if (people.length > 0) return people;
    for (const duty of duties) this.#countGap(duty);
    return everybodyOf(rota).filter((person) => this.#people.has(person));
  }

  #countGap({ rota, from }: Duty): void {
    if (this.#gaps.get(rota) === from) return;
    this.#gaps.set(rota, from);
    this.#meter.count('hygate_rota_gaps_total', { rota });
  }

  #takes({ areas, systems, severities }: Route, alarm: Alarm): boolean {
    if (!severities.includes(alarm.rule.severity)) return false;
    // The gateway itself is everybody's: without it no area is watched.
    if (alarm.rule.kind === 'condition') return true;
    const area = this.areaOf(alarm);
    return (
      (areas === null || (area !== undefined && areas.includes(area.id))) &&
      (systems === null || (area !== undefined && systems.includes(area.kind)))
    );
  }
}

function areasOf({ areas, devices }: Site): Map<PointId, Area> {
  const byId = new Map(areas.map((area) => [area.id, area]));
  const found = new Map<PointId, Area>();
  for (const { id, area: name } of devices.flatMap(({ points }) => points)) {
    const area = byId.get(name);
    if (area !== undefined) found.set(id, area);
  }
  return found;
}
