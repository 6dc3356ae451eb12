import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Journal, JournalEvent } from '#model/journal';
import type { Live } from '#model/live';
import { silentLog } from '#model/log';
import type { Meter } from '#model/meter';
import { pointId } from '#model/point';
import type { Quantity } from '#model/quantity';
import type { Reading } from '#model/reading';
import { leastRetention } from '#model/retention';
import type { Link, MqttClient, Site, SiteDevice } from '#model/site';
import { type Clock, realClock } from '#model/time';
import { Broker } from '../../gateway/broker/broker.ts';
import { siteRest } from './site-rest.ts';

/** A journal that lives as long as the test, and whose disk the test can stop. */
export class MemoryJournal implements Journal, Live {
  readonly readings: Reading[] = [];
  readonly recorded: JournalEvent[] = [];
  readonly #seen = new Set<string>();
  readonly #newest = new Map<string, Reading>();
  readonly #listeners = new Set<(readings: readonly Reading[]) => void>();
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};
  failure: Error | undefined;

  /** Nothing becomes durable from now on until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#open();
  }

  async append(readings: readonly Reading[]) {
    await this.#gate;
    if (this.failure !== undefined) throw this.failure;
    const fresh = readings.filter(({ point, at }) => !this.#seen.has(`${point} ${at}`));
    for (const reading of fresh) {
      this.#seen.add(`${reading.point} ${reading.at}`);
      this.readings.push(reading);
      const newest = this.#newest.get(reading.point);
      if (newest === undefined || newest.at <= reading.at) this.#newest.set(reading.point, reading);
    }
    for (const listener of this.#listeners) listener(fresh);
    return { seq: this.readings.length, repeated: readings.length - fresh.length };
  }

  async record(event: JournalEvent): Promise<number> {
    if (this.failure !== undefined) throw this.failure;
    return this.recorded.push(event);
  }

  head = () => this.readings.length;
  get = (point: string) => this.#newest.get(point);
  all = () => this.#newest.values();
  onReadings(listener: (readings: readonly Reading[]) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  follow = (): AsyncIterable<never> => {
    throw new Error('the broker does not follow the journal');
  };
  get history(): never {
    throw new Error('the broker does not ask for history');
  }
}

/** Adds up what is counted: `count('name', 'label value')`. */
export class CountingMeter implements Meter {
  readonly #sums = new Map<string, number>();

  count(name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void {
    const key = [name, ...Object.values(labels)].join(' ');
    this.#sums.set(key, (this.#sums.get(key) ?? 0) + by);
  }
  gauge(): void {}
  time(): void {}
  of(...key: string[]): number {
    return this.#sums.get(key.join(' ')) ?? 0;
  }
}

const ANY_LIMITS: readonly [number, number] = [-1e12, 1e12];

export function device(id: string, points: Record<string, Quantity>, link: Link): SiteDevice {
  return {
    id,
    area: 'vaccine',
    name: { zh: id, en: id },
    driver: 'mqtt-logger',
    every: 60_000,
    calibration: null,
    link,
    points: Object.entries(points).map(([key, quantity]) => ({
      id: pointId(id, key),
      key,
      device: id,
      area: 'vaccine',
      name: { zh: key, en: key },
      quantity,
      range: key === 'temp' ? [-100, 100] : ANY_LIMITS,
      every: 60_000,
      rules: [],
    })),
  };
}

export const loggerDevice = (id: string): SiteDevice =>
  device(
    id,
    { temp: 'temperature', battery: 'battery' },
    { protocol: 'mqtt', user: id, password: `${id}-secret` },
  );

export const COLLECTOR: MqttClient = { user: 'collector', password: 'collector-secret', role: 'collector' };
export const READER: MqttClient = { user: 'reader', password: 'reader-secret', role: 'reader' };

export const testSite = (devices: readonly SiteDevice[], port = 0): Site => ({
  id: 'ward',
  name: { zh: '病区', en: 'ward' },
  region: [],
  mqtt: { host: '127.0.0.1', port },
  http: { host: '127.0.0.1', port: 0 },
  areas: [{ id: 'vaccine', name: { zh: '接种', en: 'vaccine' }, kind: 'cold-chain' }],
  devices,
  people: [],
  routes: [],
  channels: {},
  clients: [READER],
  influx: null,
  retention: leastRetention(),
  ...siteRest,
});

export interface Bench {
  readonly broker: Broker;
  readonly journal: MemoryJournal;
  readonly meter: CountingMeter;
}

interface BenchOptions {
  readonly devices?: readonly SiteDevice[];
  readonly journal?: MemoryJournal;
  readonly port?: number;
  readonly clock?: Clock;
  /** Done to the broker before it starts. */
  readonly before?: (broker: Broker) => void;
}

/** A broker with two loggers, `box-1` and `box-2`, a collector and a reader. */
export async function startBroker(options: BenchOptions = {}): Promise<Bench> {
  const journal = options.journal ?? new MemoryJournal();
  const meter = new CountingMeter();
  const site = testSite(options.devices ?? [loggerDevice('box-1'), loggerDevice('box-2')], options.port);
  const clock = options.clock ?? realClock;
  const broker = new Broker({
    site,
    journal,
    live: journal,
    extraClients: [COLLECTOR],
    log: silentLog,
    meter,
    clock,
  });
  options.before?.(broker);
  await broker.start();
  return { broker, journal, meter };
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

export const loginOf = (id: string): Login => ({ user: id, password: `${id}-secret` });

const mosquittoArgs = (port: number, { user, password }: Login) => [
  ...['-h', '127.0.0.1', '-p', String(port), '-u', user, '-P', password, '-V', 'mqttv311'],
];

/** Runs Debian's mosquitto_pub once; resolves with its exit code, 0 when everything was acknowledged. */
export async function mosquittoPub(port: number, login: Login, ...args: string[]): Promise<number> {
  const child = spawn('mosquitto_pub', [...mosquittoArgs(port, login), ...args], { stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code;
}

export interface Subscriber {
  readonly child: ChildProcess;
  /** Lines `topic payload` in the order in which they came. */
  readonly lines: string[];
  readonly exit: Promise<number | null>;
}

/** Debian's mosquitto_sub, until it is killed. */
export function mosquittoSub(port: number, login: Login, ...filters: string[]): Subscriber {
  const topics = filters.flatMap((filter) => ['-t', filter]);
  const child = spawn('mosquitto_sub', [...mosquittoArgs(port, login), '-F', '%t %r %p', ...topics]);
  const lines: string[] = [];
  let rest = '';
  child.stdout.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  const exit = once(child, 'exit').then(([code]) => code);
  return { child, lines, exit };
}
