import { type Alarm, type AlarmEvent, isQuiet } from '#model/alarm';
import type { Announced, Announcer, OpenAnnouncer } from '#model/announcer';
import type { NewDelivery } from '#model/outbox';
import type { AreaId, PointId } from '#model/point';
import type { Site } from '#model/site';
import type { EpochMs } from '#model/time';

/** What is kept of one alarm that is not over. */
interface Telling {
  /** Ids of people who heard that it was raised. */
  readonly told: readonly string[];
}

/**
 * Who hears of an alarm event by the site's routes. A raise goes to everyone on a route that takes the area and the
 * severity. The all-clear goes to whoever heard of the raise, and to nobody else. Nothing is said while an alarm is
 * quiet; when it comes back and still lasts, it is told like a raise.
 */
export const announcerOf =
  (site: Site): OpenAnnouncer =>
  (kept, open) => {
    const tellings = new Map(open.map(({ alarm, told }): [string, Telling] => [alarm.id, { told }]));
    for (const [key, telling] of kept)
      if (key.startsWith(ALARM)) tellings.set(key.slice(ALARM.length), telling as Telling);
    return new SiteAnnouncer(site, tellings);
  };

const ALARM = 'alarm/';
const NEWS = new Set<AlarmEvent['type']>([
  'raised',
  'unshelved',
  'unsuppressed',
  'in-service',
  'acknowledgement-expired',
]);

class SiteAnnouncer implements Announcer {
  readonly #site: Site;
  readonly #areas: ReadonlyMap<PointId, AreaId>;
  readonly #tellings: Map<string, Telling>;
  #deliveries: NewDelivery[] = [];
  #changed = new Map<string, Telling | null>();

  constructor(site: Site, tellings: Map<string, Telling>) {
    this.#site = site;
    this.#areas = new Map(
      site.devices.flatMap((device) => device.points.map((point) => [point.id, point.area] as const)),
    );
    this.#tellings = tellings;
  }

  get eventful(): boolean {
    return this.#deliveries.length > 0;
  }

  hear(event: AlarmEvent): void {
    const { alarm, type } = event;
    if (!isQuiet(alarm)) {
      if (type === 'cleared') this.#tell('cleared', event, this.#told(alarm));
      else if (NEWS.has(type) && (type === 'raised' || alarm.clearedAt === null)) this.#raise(event);
    }
    if (alarm.state === 'normal') this.#keep(alarm.id, null);
  }

  confirmTest(_person: string): void {}

  tick(_now: EpochMs): void {}

  unanswered(_now: EpochMs): readonly string[] {
    return [];
  }

  drain(): Announced {
    const changed = [...this.#changed].map(([id, kept]) => [`${ALARM}${id}`, kept] as const);
    const announced = { deliveries: this.#deliveries, withdrawn: [], changed };
    this.#deliveries = [];
    this.#changed = new Map();
    return announced;
  }

  #told({ id }: Alarm): readonly string[] {
    return this.#tellings.get(id)?.told ?? [];
  }

  #raise(event: AlarmEvent): void {
    const to = this.#recipients(event.alarm);
    this.#tell('raised', event, to);
    this.#keep(event.alarm.id, { told: [...new Set([...this.#told(event.alarm), ...to])] });
  }

  #tell(news: 'raised' | 'cleared', { at, alarm }: AlarmEvent, to: readonly string[]): void {
    const key = `${alarm.id}.${at.toString(36)}.${news}`;
    const { severity } = alarm.rule;
    for (const person of to)
      this.#deliveries.push({ key, event: news, at, person, severity, alarms: [alarm] });
  }

  #keep(id: string, telling: Telling | null): void {
    if (telling === null) this.#tellings.delete(id);
    else this.#tellings.set(id, telling);
    this.#changed.set(id, telling);
  }

  #recipients({ point, rule }: Alarm): readonly string[] {
    const area = this.#areas.get(point);
    // The gateway itself is everybody's: without it no area is watched.
    const everywhere = rule.kind === 'condition';
    const taking = this.#site.routes.filter(
      ({ areas, severities }) =>
        (areas === null || everywhere || (area !== undefined && areas.includes(area))) &&
        severities.includes(rule.severity),
    );
    return [...new Set(taking.flatMap(({ to }) => to))];
  }
}
