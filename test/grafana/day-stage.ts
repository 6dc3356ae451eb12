import { join } from 'node:path';
import type { Alarm } from '#model/alarm';
import { silentLog } from '#model/log';
import type { InfluxTarget, Site } from '#model/site';
import { type EpochMs, HOUR, SECOND } from '#model/time';
import { INFLUX_CONSUMER } from '../../gateway/forward/influx/forwarder.ts';
import { Gateway } from '../../gateway/main.ts';
import { ApiClient, PASSWORD } from '../kit/api-gateway.ts';
import { INFLUX_ADMIN, INFLUX_DATABASE, startInfluxd } from '../kit/influx-peers.ts';
import { until } from '../kit/until.ts';
import { countIn, lanesOf, type Rows } from './answer-by-force.ts';
import { ask, type Backend } from './backend.ts';
import { DAY_ENDS } from './hospital-day.ts';
import { type Row, rowsOf } from './journal-rows.ts';
import { StageClock } from './stage-clock.ts';
import { writeDay } from './written-journal.ts';

export interface DayStage {
  readonly site: Site;
  /** The last moment of the day; nothing is added any more. */
  readonly ends: EpochMs;
  /** What the gateway's own files say. */
  readonly rows: Rows;
  readonly influx: Backend;
  readonly gateway: Backend;
  stop(): Promise<void>;
}

/** A data folder with the day, the real gateway on it as midnight strikes, and a real influxd to which it forwards. */
export async function openDay(site: Site, dir: string): Promise<DayStage> {
  await using ending = new AsyncDisposableStack();
  const dataDir = join(dir, 'data');
  await writeDay(site, dataDir);
  const influxd = await startInfluxd(join(dir, 'influx'));
  ending.defer(() => influxd.stop());
  const clock = new StageClock(DAY_ENDS);
  const running = onlyListening(site, targetAt(influxd.url));
  const gateway = new Gateway({ site: running, dataDir, clock, log: silentLog });
  await gateway.start();
  ending.defer(() => gateway.stop());
  const client = await logIn(gateway);
  await caughtUp(client, 'alarms');
  await actOnAlarms(client);
  await caughtUp(client, INFLUX_CONSUMER);
  const influx = {
    ...{ name: 'InfluxDB 1.6', url: influxd.url, database: INFLUX_DATABASE },
    authorization: basic(INFLUX_ADMIN),
  };
  const rows = await allForwarded(influx, () => rowsOf(site, dataDir));
  const ends = clock.stop();
  const stop = ending.move();
  return {
    ...{ site, ends, rows, influx },
    gateway: {
      ...{ name: 'the gateway', url: gateway.pageUrl, database: 'hygate' },
      authorization: basic({ user: 'admin', password: PASSWORD }),
    },
    stop: () => stop.disposeAsync(),
  };
}

/** A field that every row of the measurement has. */
const ALWAYS: Readonly<Record<string, string>> = { alarm: 'state', event: 'text', gateway: 'uptime_s' };

/** As many rows as the gateway has, of each measurement. What they say, the panels are asked. */
async function allForwarded(influx: Backend, read: () => Promise<readonly Row[]>): Promise<Rows> {
  return until(
    'InfluxDB has every row',
    async () => {
      const rows = lanesOf(await read());
      for (const [measurement, lanes] of rows) {
        const query = `SELECT count("${ALWAYS[measurement] ?? 'q'}") FROM "${measurement}"`;
        const [series] = await ask(influx, query);
        if (series?.values[0]?.[1] !== countIn(lanes)) return false;
      }
      return rows;
    },
    120_000,
  );
}

/** The site without devices that would be asked and people who would be called: nobody is there. */
function onlyListening(site: Site, influx: InfluxTarget): Site {
  const loopback = { host: '127.0.0.1', port: 0 };
  const devices = site.devices.map((device) => ({
    ...device,
    link: { protocol: 'mqtt' as const, user: device.id, password: PASSWORD },
  }));
  const nobody = { people: [], routes: [], rotas: [], channels: {}, heartbeat: null, testCall: null };
  return { ...site, ...nobody, devices, influx, mqtt: loopback, http: loopback };
}

const targetAt = (url: string): InfluxTarget => ({
  ...{ url, batch: 5000, timeout: 60 * SECOND },
  api: { version: 'v1', database: INFLUX_DATABASE, ...INFLUX_ADMIN },
});

async function logIn(gateway: Gateway): Promise<ApiClient> {
  const client = new ApiClient(gateway.pageUrl);
  const first = gateway.firstAdministrator;
  await client.call('/api/v1/login', first);
  await client.call('/api/v1/password', { current: first?.password, next: PASSWORD });
  return client;
}

interface Listed {
  readonly alarms: readonly Alarm[];
}

/** The consumer has come to the newest row of the journal. */
async function caughtUp(client: ApiClient, consumer: string): Promise<void> {
  await until(
    `${consumer} has come to the end of the day`,
    async () => {
      const { body } = await client.call<string>('/metrics');
      return body.includes(`hygate_consumer_lag_rows{consumer="${consumer}"} 0\n`);
    },
    120_000,
  );
}

/**
 * Somebody acknowledges every third alarm that is open, shelves some, and says something of the others. Of a rule that came
 * twice the older occurrence is taken, and the newer one stands.
 */
async function actOnAlarms(client: ApiClient): Promise<void> {
  const { body } = await client.call<Listed>('/api/v1/alarms?state=open');
  const newest = new Map(body.alarms.toReversed().map((alarm) => [ruleOf(alarm), alarm.id]));
  for (const [index, alarm] of body.alarms.entries()) {
    const isOlder = newest.get(ruleOf(alarm)) !== alarm.id;
    const deed = isOlder ? 'acknowledge' : deedOf(alarm, index);
    const path = `/api/v1/alarms/${alarm.id}/${deed}`;
    const until = deed === 'shelve' ? { until: new Date(DAY_ENDS + HOUR).toISOString() } : {};
    const { status } = await client.call(path, { comment: `已到现场，"门"已关\\ ${index}`, ...until });
    if (status !== 200) throw new Error(`${path}: ${status}`);
  }
}

const ruleOf = ({ point, rule }: Alarm): string => `${point} ${rule.id}`;

/** Nobody shelves a critical alarm alone, and what is over lies on no shelf. */
function deedOf({ rule, clearedAt }: Alarm, index: number): 'acknowledge' | 'shelve' | 'comment' {
  if (index % 3 === 0) return 'acknowledge';
  return index % 3 === 1 && rule.severity !== 'critical' && clearedAt === null ? 'shelve' : 'comment';
}

const basic = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
