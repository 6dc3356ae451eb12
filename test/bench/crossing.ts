import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { msText, type Table } from '../kit/table.ts';
import { until } from '../kit/until.ts';
import { type Hooked, startWebhookServer, type WebhookServer } from '../kit/webhook.ts';
import type { PartOptions } from './part.ts';
import { quantile } from './sample.ts';

/** Load beside the crossings: every 5 ms a message of 25 readings, 5,000 a second. */
const LOAD = { everyMs: 5, readings: 25 };
const LOAD_DEVICES = 40;
/** Points that cross their limit in turn, each area with a person of its own: none crosses so often that it chatters. */
const AREAS = 5;
const PROBES = 600;
/** Between two crossings, on average: ten a second. */
const BETWEEN_MS = 100;
/** A point stays beyond its limit for so long, and then inside it. */
const REST_MS = 300;
const TOLD_WITHIN_MS = 30_000;
const TARGET_MS = 100;
const SECRET = 'bench-secret-of-loopback';

/** From the publish of a reading that crosses its limit to the message at the channel, under load. */
export async function* crossing({ dir, short }: PartOptions): AsyncGenerator<Table> {
  await using stage = new Stage(dir);
  await stage.start();
  const ending = new AbortController();
  const load = stage.loadOn(ending.signal);
  try {
    // Compiled code and warm caches: a gateway runs for years.
    await stage.cross(short ? 5 : 50);
    const before = loadavg()[0] ?? 0;
    const begun = performance.now();
    const offered = stage.offered;
    const times = await stage.cross(short ? 20 : 1000);
    const rate = ((stage.offered - offered) * 1000) / (performance.now() - begun);
    yield crossingTable(times, rate, [before, loadavg()[0] ?? 0]);
  } finally {
    ending.abort();
    await load;
  }
}

const crossingTable = (
  times: readonly number[],
  rate: number,
  [before, after]: readonly [number, number],
): Table => ({
  title: `A limit is crossed → the message is at the webhook: ${times.length} crossings`,
  head: ['readings/s beside it', 'p50', 'p90', 'p99', 'worst', `within ${TARGET_MS} ms`],
  rows: [
    [
      rate,
      ...[0.5, 0.9, 0.99, 1].map((q) => msText(quantile(times, q))),
      `${((100 * times.filter((time) => time <= TARGET_MS).length) / times.length).toFixed(1)} %`,
    ],
  ],
  notes: [
    `From the publish (no on-delay) to the whole request at the receiver; ${PROBES} points, ${AREAS} people, in turn, ten a second.`,
    `Target: one period and ${TARGET_MS} ms at the 99th percentile; a publish has no period. Load average before and after: ${before.toFixed(2)}, ${after.toFixed(2)}.`,
  ],
});

const probeId = (index: number): string => `probe-${index}`;
const areaId = (index: number): string => `area-${index % AREAS}`;

function siteOf(listen: { readonly mqtt: string; readonly http: string }, url: string): object {
  const areas = Array.from({ length: AREAS }, (_, index) => areaId(index));
  const logger = (id: string, area: string) => ({
    ...{ id, area, driver: 'mqtt-logger', login: { password: 'file:secret' } },
  });
  // Critical: no flood hides it, nobody waits for a list.
  const limits = { points: { temp: { 'high-high': 8, deadband: 1, 'on-delay': '0ms', 'off-delay': '0ms' } } };
  return {
    site: { id: 'rig', name: 'rig' },
    listen,
    areas: areas.map((id) => ({ id, name: id, kind: 'cold-chain' })),
    devices: [
      ...Array.from({ length: PROBES }, (_, index) => ({ ...logger(probeId(index), areaId(index)), limits })),
      ...Array.from({ length: LOAD_DEVICES }, (_, index) => logger(`box-${index}`, areaId(index))),
    ],
    clients: [{ user: 'collector', password: 'file:secret', role: 'collector' }],
    people: areas.map((id) => ({ id: `of-${id}`, name: id, channels: ['webhook'] })),
    channels: { webhook: { url } },
    routes: areas.map((id) => ({ areas: [id], severities: ['critical'], to: [`of-${id}`] })),
  };
}

function loadReadings(): object[] {
  const now = Date.now();
  return Array.from({ length: LOAD.readings }, (_, index) => ({
    ...{ point: 'battery', at: now - index, value: 50 + (index % 40) },
  }));
}

class Stage {
  readonly #dir: string;
  readonly #ending = new AsyncDisposableStack();
  #hook: WebhookServer | undefined;
  #client: MqttClient | undefined;
  #turn = 0;
  /** Readings that were acknowledged. */
  offered = 0;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async start(): Promise<void> {
    const hook = await startWebhookServer();
    this.#hook = hook;
    this.#ending.defer(() => hook.close());
    const listen = { mqtt: `127.0.0.1:${await freePort()}`, http: `127.0.0.1:${await freePort()}` };
    await mkdir(this.#dir, { recursive: true });
    await writeFile(join(this.#dir, 'secret'), SECRET);
    const file = join(this.#dir, 'site.yaml');
    // JSON is YAML.
    await writeFile(file, JSON.stringify(siteOf(listen, hook.url)));
    const gateway = new HygateProcess(['run', '--config', file, '--data', join(this.#dir, 'data')]);
    this.#ending.defer(async () => void (await gateway.stop()));
    await gateway.waitFor(/^Data /m);
    const client = await mqtt.connectAsync(`mqtt://${listen.mqtt}`, {
      username: 'collector',
      password: SECRET,
    });
    this.#client = client;
    this.#ending.defer(() => client.endAsync(true));
  }

  /** As many messages as are due by the clock, however late a timer fires. */
  async loadOn(signal: AbortSignal): Promise<void> {
    const waiting = new Set<Promise<void>>();
    const begun = performance.now();
    for (let turn = 0; !signal.aborted; ) {
      const due = (performance.now() - begun) / LOAD.everyMs;
      for (; turn < due; turn++) {
        const sent: Promise<void> = this.#publish(`box-${turn % LOAD_DEVICES}`, loadReadings()).then(() => {
          this.offered += LOAD.readings;
          waiting.delete(sent);
        });
        waiting.add(sent);
      }
      await sleep(LOAD.everyMs);
    }
    await Promise.all(waiting);
  }

  /** So many crossings, each point in its turn; ms from publish to message of each. */
  async cross(count: number): Promise<number[]> {
    const running: Promise<number>[] = [];
    while (running.length < count) {
      running.push(this.#crossOnce(this.#turn++ % PROBES));
      await sleep(-BETWEEN_MS * Math.log(1 - Math.random()));
    }
    return Promise.all(running);
  }

  async #crossOnce(probe: number): Promise<number> {
    const seen = this.#hook?.received.length ?? 0;
    const begun = performance.now();
    const temp = (value: number) => [{ point: 'temp', at: Date.now(), value }];
    await this.#publish(probeId(probe), temp(9));
    const told = await this.#told(seen, probe);
    // The all-clear may come in a list: nobody waits for it here.
    await sleep(REST_MS);
    await this.#publish(probeId(probe), temp(4));
    await sleep(REST_MS);
    return told - begun;
  }

  async #publish(device: string, readings: readonly object[]): Promise<void> {
    const payload = JSON.stringify({ v: 1, readings });
    await this.#client?.publishAsync(`hygate/rig/in/${device}`, payload, { qos: 1 });
  }

  /** When the message about the point was here. */
  #told(seen: number, probe: number): Promise<number> {
    const point = `"${probeId(probe)}.temp"`;
    const isIt = ({ text, body }: Hooked) => body.event === 'raised' && text.includes(point);
    const look = () => this.#hook?.received.slice(seen).find(isIt)?.at;
    return until(`somebody is told of ${point}`, look, TOLD_WITHIN_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ending.disposeAsync();
  }
}
