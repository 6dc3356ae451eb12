import type { Alarm, AlarmState } from '#model/alarm';
import type { JournalEvent } from '#model/journal';
import type { NewDelivery } from '#model/outbox';
import type { Person, Site } from '#model/site';
import type { LinkView } from '../../gateway/api/links/links.ts';
import { ApiClient, openAlarm, startGateway, type TestGateway } from './api-gateway.ts';
import { apiSite } from './api-site.ts';
import { HandClock } from './hand-clock.ts';

export const NOW = Date.UTC(2026, 0, 5, 16);

const li: Person = { id: 'li', name: '李工', language: 'zh', channels: ['sms'] };
const smith: Person = { id: 'smith', name: 'Dr. <Smith> & "Co"', language: 'en', channels: ['sms'] };
const site: Site = { ...apiSite, people: [li, smith], pageUrl: 'https://gw.hospital.example/' };

/** Where a link of a message is answered. */
export const api = (path: string): string => `/api/v1/links/${path.split('/').at(-1)}`;

/** A gateway under a clock of its own that tells its people of alarms, and somebody with a link and no log-in. */
export class LinkStage {
  readonly clock: HandClock;
  readonly gateway: TestGateway;
  readonly client: ApiClient;

  private constructor(clock: HandClock, gateway: TestGateway) {
    this.clock = clock;
    this.gateway = gateway;
    this.client = new ApiClient(gateway.url);
  }

  static async start(): Promise<LinkStage> {
    const clock = new HandClock(NOW);
    return new LinkStage(clock, await startGateway({ clock, site }));
  }

  stop(): Promise<void> {
    return this.gateway.stop();
  }

  raise(id: string, over: Partial<Alarm> = {}): Alarm {
    const alarm = openAlarm(id, this.clock.wall(), over);
    this.gateway.alarms.raise(alarm);
    return alarm;
  }

  /** A message as the notifier sends it, and the path of its link. */
  told(over: Partial<NewDelivery> = {}): string {
    const { alarms = [] } = over;
    const at = this.clock.wall();
    const key = `${alarms.map(({ id }) => id).join('+')}.raised.${at}`;
    const usual = { key, event: 'raised', at, person: 'li', severity: 'critical', alarms } as const;
    const link = this.gateway.links.issue(this.gateway.tellings.tell({ ...usual, ...over }));
    return new URL(link ?? 'https://none.example/').pathname;
  }

  stateOf(id: string): AlarmState | undefined {
    return this.gateway.alarms.open().find((alarm) => alarm.id === id)?.state;
  }

  recorded(type: string): JournalEvent[] {
    return this.gateway.journal.recorded.filter((event) => event.type === type);
  }

  post(path: string, comment = '已转移疫苗') {
    return this.client.call<LinkView>(api(path), { comment });
  }
}
