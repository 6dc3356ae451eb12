import type { OutOfService } from '#model/alarm';
import { inSpan } from '#model/daily-span';
import type { PointId } from '#model/point';
import type { Maintenance, Site } from '#model/site';
import { DAY, type EpochMs, MINUTE, type Ms } from '#model/time';

/** What is kept of the service of points. */
export interface ServiceState {
  readonly out: readonly OutOfService[];
  /** Points that somebody put in service during their maintenance: it does not take them out again before then. */
  readonly waived: Readonly<Record<PointId, EpochMs>>;
}

export interface ServiceChanges {
  readonly ended: readonly OutOfService[];
  readonly begun: readonly OutOfService[];
}

/** Which points are out of service: persons took them out, or a planned maintenance does at its hours. */
export class Services {
  readonly #site: Pick<Site, 'maintenance' | 'timeZone'>;
  readonly #out: Map<PointId, OutOfService>;
  readonly #waived: Map<PointId, EpochMs>;
  /** Spans begin and end with a minute. */
  #planned = { minute: -1, out: new Map<PointId, OutOfService>() };

  constructor(site: Pick<Site, 'maintenance' | 'timeZone'>, { out, waived }: ServiceState) {
    this.#site = site;
    this.#out = new Map(out.map((service) => [service.point, service]));
    this.#waived = new Map(Object.entries(waived));
  }

  has(point: PointId): boolean {
    return this.#out.has(point);
  }

  all(): OutOfService[] {
    return [...this.#out.values()];
  }

  /** In the place of what was there. */
  takeOut(service: OutOfService): void {
    this.#out.set(service.point, service);
  }

  /** What ended; undefined when the point was in service. */
  takeBack(point: PointId): OutOfService | undefined {
    const service = this.#out.get(point);
    this.#out.delete(point);
    const planned = service?.by === null ? service : this.#planned.out.get(point);
    if (planned !== undefined) this.#waived.set(point, planned.until);
    return service;
  }

  /** A maintenance that goes on where something else ends leaves no moment in between. */
  tick(now: EpochMs): ServiceChanges {
    for (const [point, until] of this.#waived) if (until <= now) this.#waived.delete(point);
    const begun = this.#plannedAt(now).filter(({ point }) => this.#takes(point, now));
    for (const service of begun) this.#out.set(service.point, service);
    const ended = this.all().filter(({ until }) => until <= now);
    for (const { point } of ended) this.#out.delete(point);
    return { ended, begun };
  }

  /** The clock was set back. A maintenance that is still planned by it begins anew. */
  setBack(by: Ms): void {
    for (const [point, service] of this.#out) this.#out.set(point, { ...service, until: service.until - by });
    for (const [point, until] of this.#waived) this.#waived.set(point, until - by);
  }

  state(): ServiceState {
    return { out: this.all(), waived: Object.fromEntries(this.#waived) };
  }

  #takes(point: PointId, now: EpochMs): boolean {
    const there = this.#out.get(point);
    return !this.#waived.has(point) && (there === undefined || there.until <= now);
  }

  #plannedAt(now: EpochMs): OutOfService[] {
    const { maintenance, timeZone } = this.#site;
    const minute = Math.floor(now / MINUTE);
    if (minute !== this.#planned.minute) {
      const services = maintenance.flatMap((planned) => servicesOf(planned, now, timeZone));
      this.#planned = { minute, out: new Map(services.map((service) => [service.point, service])) };
    }
    return [...this.#planned.out.values()];
  }
}

function servicesOf({ points, during, reason }: Maintenance, now: EpochMs, timeZone: string): OutOfService[] {
  if (!inSpan(during, now, timeZone)) return [];
  const until = spanEnd({ during, timeZone, now });
  return points.map((point) => ({ point, since: now, until, by: null, comment: reason }));
}

interface SpanQuestion extends Pick<Maintenance, 'during'> {
  readonly timeZone: string;
  readonly now: EpochMs;
}

/** When the clock leaves the span; of one that lasts for more than a day, only the next day. */
function spanEnd({ during, timeZone, now }: SpanQuestion): EpochMs {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  let end = minute + MINUTE;
  while (end - minute < DAY && inSpan(during, end, timeZone)) end += MINUTE;
  return end;
}
