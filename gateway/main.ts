import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Alarm } from '#model/alarm';
import { consumersOf } from '#model/consumer';
import type { Log } from '#model/log';
import type { ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import { retentionPlan } from '#model/retention';
import type { Listen, MqttClient, Site } from '#model/site';
import { type Clock, realClock } from '#model/time';
import { AlarmEngine } from '../alerts/engine/engine.ts';
import { announcerOf } from '../alerts/notify/call/announcer.ts';
import { onCallOf } from '../alerts/notify/call/on-call.ts';
import { Collectors } from '../collectors/collectors.ts';
import { Api } from './api/api.ts';
import { Links } from './api/links/links.ts';
import { Users } from './api/users/users.ts';
import { Broker } from './broker/broker.ts';
import { ClockWatch } from './clock/clock-watch.ts';
import { Forwarding } from './forwarding.ts';
import { ImportedFile } from './imported/store.ts';
import { QueryDesk } from './influxql/query-desk.ts';
import { stampData } from './journal/data-version.ts';
import { FileJournal } from './journal/journal.ts';
import type { FileJournalOptions } from './journal/journal-options.ts';
import { LiveValues } from './journal/live.ts';
import { Ledger } from './ledger/ledger.ts';
import { loadPlugins } from './plugins.ts';
import { preflight } from './preflight.ts';
import { pushDeskOf } from './push-desk.ts';
import { Metrics } from './runtime/metrics.ts';
import { Parts } from './runtime/parts.ts';
import { DiskWatch } from './space/disk-watch.ts';
import { telling } from './telling.ts';
import { watching } from './watching.ts';

const WEB_DIR = fileURLToPath(new URL('./web/dist', import.meta.url));
const PACKAGE = new URL('../package.json', import.meta.url);

export interface GatewayOptions {
  readonly site: Site;
  readonly dataDir: string;
  readonly log: Log;
  readonly clock?: Clock;
  /** For tests that must see a segment end before a month is over. */
  readonly journal?: Pick<FileJournalOptions, 'segmentBytes' | 'openReadings' | 'boot'>;
}

/** Name and password that exist once: on the first start of a data folder. */
export interface FirstAdministrator {
  readonly name: string;
  readonly password: string;
}

/** The whole gateway. This file is where its parts meet; what each of them does stands in its own folder. */
export class Gateway implements Part {
  readonly name = 'gateway';
  readonly #options: Required<GatewayOptions>;
  #running: Running | undefined;

  constructor(options: GatewayOptions) {
    this.#options = { clock: realClock, journal: {}, ...options };
  }

  /** Throws HygateErrors for what the user can mend, before anything is touched. */
  async start(): Promise<void> {
    const { site, dataDir } = this.#options;
    await preflight(site, dataDir);
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    this.#running = await compose(this.#options);
    await this.#running.parts.start();
  }

  async stop(): Promise<void> {
    await this.#running?.parts.stop();
    this.#running = undefined;
  }

  get pageUrl(): string {
    return `http://${address(this.#options.site.http, this.#running?.api.port)}`;
  }

  get mqttUrl(): string {
    return `mqtt://${address(this.#options.site.mqtt, this.#running?.broker.port)}`;
  }

  get firstAdministrator(): FirstAdministrator | null {
    return this.#running?.firstAdministrator() ?? null;
  }
}

interface Running {
  readonly parts: Parts;
  readonly broker: Broker;
  readonly api: Api;
  firstAdministrator(): FirstAdministrator | null;
}

async function compose(options: Required<GatewayOptions>): Promise<Running> {
  const { site, dataDir, log } = options;
  const { channels } = await loadPlugins();
  const { version } = JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string };
  const metrics = new Metrics();
  const onOutage: ReportOutage = (outage) => ledger.report(outage);
  const clockWatch = new ClockWatch({
    ...{ clock: options.clock, log, meter: metrics, onOutage },
    record: (event) => journal.record(event),
  });
  const { clock } = clockWatch;
  const common = { site, log, clock, meter: metrics };
  const journal = new FileJournal({
    ...common,
    ...options.journal,
    ...{ dir: join(dataDir, 'journal'), siteId: site.id, onOutage },
    ...{ retention: retentionPlan(site), consumers: consumersOf(site) },
    onRoot: (root) => broker.publishRoot(root),
  });
  const ledger = new Ledger({ ...common, journal });
  const live = new LiveValues({ journal, log });
  const alarms = new AlarmEngine({
    ...common,
    journal,
    file: join(dataDir, 'alarms.sqlite'),
    announce: announcerOf(site, metrics),
  });
  const users = new Users({ dir: dataDir, journal, clock, log, report: alarms.report });
  const disk = new DiskWatch({ ...common, dir: dataDir, journal, report: alarms.report, onOutage });
  const tellings = alarms.outbox;
  const links = new Links({ ...common, dir: dataDir, journal, alarms, tellings });
  const { notifier, indicators, testWatch } = telling({
    ...common,
    ...{ dataDir, channels, alarms, journal, link: links.issue },
  });
  const own = ownClient();
  const door = { journal: disk.admitting(), live, extraClients: [own], report: alarms.report, onOutage };
  const broker = new Broker({ ...common, ...door });
  const login = () => ({ url: `mqtt://${address(site.mqtt, broker.port)}`, ...own });
  const collectors = new Collectors({ ...common, dataDir, broker: login, onOutage });
  const complaints = () => [disk, alarms, users, broker, indicators].flatMap((part) => part.complaints());
  const imported = new ImportedFile(dataDir);
  const api = new Api({
    ...common,
    ...{ journal, live, alarms, users, links, tellings, metrics, version, indicators, imported },
    push: pushDeskOf(site, join(dataDir, 'channels')),
    devices: collectors,
    onCall: onCallOf(site),
    influxql: new QueryDesk({ ...common, journal, alarms }),
    owing: () => alarms.owingTests(),
    webDir: WEB_DIR,
    complaints,
    notes: () => forwarding.flatMap((part) => part.notes()),
  });
  let administrator: FirstAdministrator | null = null;
  const firstStart = starting('first administrator', async () => {
    administrator = await users.firstStart();
  });
  // Not before the journal has locked the folder: it may be another gateway's.
  const stamp = starting('data version', async () => stampData(dataDir, version, log));
  const topics = alarmTopics(alarms, broker);
  const forwarding =
    site.influx === null ? [] : [new Forwarding({ ...common, dataDir, journal, target: site.influx })];
  // What records and alarms first; what people look at afterwards.
  const parts = [
    ...[disk, journal, stamp, clockWatch, ledger, live, alarms, links, notifier, indicators, broker, topics],
    ...[testWatch, collectors],
    ...[users, firstStart, imported, api, ...forwarding],
    ...watching({ ...common, dataDir, meter: metrics, journal, alarms, report: alarms.report, complaints }),
  ];
  return { parts: new Parts(parts, log), broker, api, firstAdministrator: () => administrator };
}

/** The collectors come in through the door like anybody else, with a password that lives as long as this process. */
const ownClient = (): MqttClient => ({
  user: 'hygate-collectors',
  password: randomBytes(24).toString('base64url'),
  role: 'collector',
});

/** Alarms go out to the broker's readers: those that are open at the start, then every event. */
function alarmTopics(alarms: AlarmEngine, broker: Broker): Part {
  let unsubscribe = () => {};
  const publish = (alarm: Alarm) =>
    broker.publishAlarm({ type: 'raised', at: alarm.raisedAt, by: null, comment: null, alarm });
  return {
    name: 'alarm topics',
    async start() {
      for (const alarm of alarms.open()) publish(alarm);
      unsubscribe = alarms.onEvent((event) => broker.publishAlarm(event));
    },
    async stop() {
      unsubscribe();
    },
  };
}

const starting = (name: string, start: () => Promise<void>): Part => ({ name, start, async stop() {} });

/** Where programs on this machine reach a server of ours. */
function address({ host, port }: Listen, actual = port): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `${reachable.includes(':') ? `[${reachable}]` : reachable}:${actual}`;
}
