import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Alarm } from '#model/alarm';
import type { JournalEvent } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import type { Rule } from '#model/rule';
import { setAsideOf } from '#model/set-aside';
import type { Site, SiteDevice } from '#model/site';
import { type EpochMs, type Ms, realClock, SECOND } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { apiSite } from '../kit/api-site.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';
import { healthy, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';
import { FakeTime } from './fake-time.ts';

const ENTRY = fileURLToPath(new URL('./account.child.ts', import.meta.url));
/** How often the boiler is read. */
export const EVERY: Ms = 250;
/** Longer than this process ever stands still: the boiler answers each question, sooner or later. */
const PATIENCE: Ms = 20 * SECOND;
export const BOILER = 'boiler.count';
export const BOX = 'box.temp';
const MOST = 1_000_000;

export interface ClockStageOptions {
  readonly dir: string;
  readonly boilerRules?: readonly Rule[];
  readonly boxRules?: readonly Rule[];
  readonly boxEvery?: Ms;
  /** What the clock of the gateway shows at the start, less the real one. */
  readonly offset?: Ms;
  readonly zone?: string;
}

/** What lies in the data folder in the end. */
export interface Record {
  readonly boiler: readonly Reading[];
  readonly box: readonly Reading[];
  /** Not in the history, as their time is taken or cannot be. */
  readonly aside: readonly Reading[];
  /** In the order in which they were recorded, whatever the clock showed. */
  readonly events: readonly JournalEvent[];
}

/**
 * A real gateway process whose wall clock can be set, with a boiler that it polls and the login of a logger. The boiler
 * counts the questions: it knows which value it gave when.
 */
export class ClockStage {
  readonly boiler = new ScriptedModbus('mbap');
  /** Value → when it was given, on this process's monotonic clock and on the real wall clock. */
  readonly given = new Map<number, { readonly monotonic: Ms; readonly wall: EpochMs }>();
  readonly #options: ClockStageOptions;
  readonly #time: FakeTime;
  readonly #clients: MqttClient[] = [];
  #site: Site = apiSite;
  #gateway: HygateProcess | undefined;

  constructor(options: ClockStageOptions) {
    this.#options = options;
    this.#time = new FakeTime(join(options.dir, 'clock'));
  }

  async open(): Promise<void> {
    this.boiler.behaviour = (asked) => {
      this.given.set(asked.serial, { monotonic: realClock.monotonic(), wall: realClock.wall() });
      healthy(asked);
    };
    this.#site = siteOf(await this.boiler.start(), await freePort(), this.#options);
    writeFileSync(join(this.#options.dir, 'site.json'), JSON.stringify(this.#site));
    this.#time.set(this.#options.offset ?? 0);
    await this.start();
  }

  async start(zone = this.#options.zone): Promise<void> {
    const env = { ...this.#time.env, ...(zone === undefined ? {} : { TZ: zone }) };
    const args = [join(this.#options.dir, 'site.json'), join(this.#options.dir, 'data')];
    this.#gateway = new HygateProcess(args, { entry: ENTRY, env });
    await this.#gateway.waitFor(/^Data /m);
  }

  /** Whatever it asked has been heard by then. */
  async end(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    if (this.#gateway === undefined) return;
    await this.#gateway.stop(signal);
    this.#gateway = undefined;
    await until('the boiler sees that nobody asks', () => this.boiler.open === 0);
  }

  /** Somebody sets the clock of the gateway: so much ahead of the real one from now on. */
  setClock(offset: Ms): void {
    this.#time.set(offset);
  }

  /** The boiler was asked so many times more. */
  async polls(count: number): Promise<void> {
    const before = this.given.size;
    await until(`${count} polls`, () => this.given.size >= before + count);
  }

  /** A connection with the login of the box. */
  async box(): Promise<MqttClient> {
    const url = `mqtt://127.0.0.1:${this.#site.mqtt.port}`;
    const login = { username: 'box', password: 'box', reconnectPeriod: 100, connectTimeout: 5_000 };
    const client = await connectAsync(url, login);
    this.#clients.push(client);
    return client;
  }

  get boxTopic(): string {
    return `hygate/${this.#site.id}/in/box`;
  }

  /** All alarms so far, over or not. */
  alarms(): Alarm[] {
    const db = new DatabaseSync(join(this.#options.dir, 'data/alarms.sqlite'), {
      readOnly: true,
      timeout: 5_000,
    });
    try {
      return db
        .prepare('SELECT doc FROM alarms ORDER BY id')
        .all()
        .map(({ doc }) => JSON.parse(String(doc)) as Alarm);
    } finally {
      db.close();
    }
  }

  /** Ends everything and reads what is left. */
  async close(): Promise<Record> {
    await this.end();
    await this.clear();
    const dir = join(this.#options.dir, 'data/journal');
    const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
    await journal.start();
    const { history } = journal;
    const [boiler, box, events] = await Promise.all([
      history.readings(BOILER, 0, Number.MAX_SAFE_INTEGER, MOST),
      history.readings(BOX, 0, Number.MAX_SAFE_INTEGER, MOST),
      history.events(0, Number.MAX_SAFE_INTEGER, MOST),
    ]);
    await journal.stop();
    const inOrder = events.toSorted((a, b) => a.seq - b.seq);
    return {
      boiler,
      box,
      events: inOrder,
      aside: events.flatMap((event) => setAsideOf(event)?.readings ?? []),
    };
  }

  async clear(): Promise<void> {
    await this.end('SIGKILL');
    await Promise.all(this.#clients.splice(0).map((client) => client.endAsync(true)));
    await this.boiler.stop();
  }
}

function siteOf(devicePort: number, mqtt: number, options: ClockStageOptions): Site {
  const { boilerRules = [], boxRules = [], boxEvery = 60_000 } = options;
  const plain = modbusDevice({
    line: tcpLine(devicePort),
    points: { count: { table: 'holding', address: 1, type: 'uint16' } },
    traits: { timeoutMs: PATIENCE },
    every: EVERY,
  });
  const [point] = plain.points;
  if (point === undefined) throw new Error('a device without points');
  const boiler = { ...plain, points: [{ ...point, rules: boilerRules }] };
  const boxPoint = { ...point, id: BOX, key: 'temp', device: 'box', every: boxEvery, rules: boxRules };
  const link = { protocol: 'mqtt', user: 'box', password: 'box' } as const;
  const box: SiteDevice = {
    ...plain,
    id: 'box',
    driver: 'mqtt-logger',
    every: boxEvery,
    link,
    points: [boxPoint],
  };
  return {
    ...apiSite,
    areas: [{ id: 'cellar', name: { zh: '地下室', en: 'Cellar' }, kind: 'other' }],
    devices: [boiler, box],
    mqtt: { host: '127.0.0.1', port: mqtt },
    http: { host: '127.0.0.1', port: 0 },
  };
}
