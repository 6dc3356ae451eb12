import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alarm } from '#model/alarm';
import type { Reading } from '#model/reading';
import { type Ms, realClock } from '#model/time';
import { FaithfulLogger } from './faithful-logger.ts';
import { freePort } from './free-port.ts';
import { HygateClient } from './hygate-client.ts';
import { HygateProcess } from './hygate-process.ts';
import { until } from './until.ts';
import { startWebhookServer, type WebhookServer } from './webhook.ts';

const PASSWORD = 'night-shift-at-ward-7';
const SITE = 'ward';
/** How often a box measures. */
export const PERIOD: Ms = 200;

export interface WardOptions {
  /** Site file and, unless said otherwise, the data folder. */
  readonly dir: string;
  readonly data?: string;
  readonly boxes?: number;
  /** Devices `spare-0`, … without limits, to which the test itself sends. */
  readonly spare?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** A real `hygate run` with boxes that send to it and a person who is told of alarms. */
export class Ward {
  readonly #options: Required<WardOptions>;
  readonly boxes: FaithfulLogger[] = [];
  #hygate: HygateProcess | undefined;
  #hook: WebhookServer | undefined;
  #client: HygateClient | undefined;
  #ports = { mqtt: 0, http: 0 };

  constructor(options: WardOptions) {
    this.#options = { data: join(options.dir, 'data'), boxes: 3, spare: 0, env: {}, ...options };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  get mqttPort(): number {
    return this.#ports.mqtt;
  }

  get data(): string {
    return this.#options.data;
  }

  get hygate(): HygateProcess {
    if (this.#hygate === undefined) throw new Error('the ward is not open');
    return this.#hygate;
  }

  get client(): HygateClient {
    if (this.#client === undefined) throw new Error('nobody is logged in');
    return this.#client;
  }

  async open(): Promise<void> {
    const { dir, boxes } = this.#options;
    this.#hook = await startWebhookServer();
    this.#ports = { mqtt: await freePort(), http: await freePort() };
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'site.yaml'), this.#siteFile());
    await this.run();
    const oneTime = /one-time password: (\S+)/.exec(this.hygate.output)?.[1] ?? '';
    this.#client = await HygateClient.first(this.url, oneTime, PASSWORD);
    const url = `mqtt://127.0.0.1:${this.#ports.mqtt}`;
    for (let n = 0; n < boxes; n++) {
      const box = new FaithfulLogger({ url, site: SITE, device: `box-${n}`, every: PERIOD });
      this.boxes.push(box);
      box.start();
    }
    await until('every box is heard', () => this.boxes.every(({ acknowledged }) => acknowledged > 2));
  }

  /** Starts the gateway, for the first time or again, with the disk that it has. */
  async run(): Promise<void> {
    const { dir, data, env } = this.#options;
    this.#hygate = new HygateProcess(['run', '--config', join(dir, 'site.yaml'), '--data', data], { env });
    await this.#hygate.waitFor(/^Data /m);
  }

  /** Logs in anew; throws what the gateway says. */
  async logIn(): Promise<void> {
    this.#client = await HygateClient.login(this.url, PASSWORD);
  }

  async close(): Promise<void> {
    await Promise.all(this.boxes.map((box) => box.stop()));
    await this.#hygate?.stop('SIGKILL');
    await this.#hook?.close();
  }

  /** How long the gateway took to say how it is, and what it said. */
  async health(): Promise<{
    readonly took: Ms;
    readonly status: number;
    readonly complaints: readonly string[];
  }> {
    const asked = realClock.monotonic();
    const response = await fetch(`${this.url}/healthz`);
    const { complaints } = (await response.json()) as { complaints: string[] };
    return { took: realClock.monotonic() - asked, status: response.status, complaints };
  }

  /** The value of a line of /metrics. */
  async metric(line: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
    return Number(found?.slice(line.length + 1) ?? 0);
  }

  /** Rules of the alarms that last. */
  async lasting(): Promise<string[]> {
    const { alarms } = await this.client.get<{ alarms: Alarm[] }>('/api/v1/alarms?state=open');
    return alarms.filter(({ clearedAt }) => clearedAt === null).map(({ rule }) => rule.id);
  }

  /** Resolves when the person has got a message that holds the words. */
  async told(words: string): Promise<void> {
    await until(`a message that says "${words}"`, () => this.messages.some((text) => text.includes(words)));
  }

  get messages(): readonly string[] {
    return (this.#hook?.received ?? []).map(({ body }) => `${body.event} ${body.subject.en}`);
  }

  /** Resolves when every box got an acknowledgement for something measured after now; how long that took. */
  async heardAgain(): Promise<Ms> {
    const [since, wall] = [realClock.monotonic(), realClock.wall()];
    await until('every box is heard again', () => this.boxes.every(({ newest }) => newest > wall));
    return realClock.monotonic() - since;
  }

  /** Ends the measuring, waits until all of it is acknowledged, and compares what is stored with it. */
  async judge(): Promise<{ readonly wrong: number; readonly lost: number; readonly judged: number }> {
    await until('the boxes are empty', () => this.boxes.every(({ waiting }) => waiting < 2));
    await Promise.all(this.boxes.map((box) => box.rest()));
    const verdicts = await Promise.all(
      this.boxes.map(async (box, n) => box.judge(await this.#stored(`box-${n}.temp`))),
    );
    return verdicts.reduce(
      (sum, { wrong, lost, judged }) => ({
        wrong: sum.wrong + wrong,
        lost: sum.lost + lost,
        judged: sum.judged + judged,
      }),
      { wrong: 0, lost: 0, judged: 0 },
    );
  }

  async #stored(point: string): Promise<readonly Reading[]> {
    const from = realClock.wall() - 3_600_000;
    const path = `/api/v1/readings?point=${point}&from=${from}&to=${realClock.wall() + 60_000}&limit=10000`;
    return (await this.client.get<{ readings: Reading[] }>(path)).readings;
  }

  #siteFile(): string {
    const { boxes, spare } = this.#options;
    const { mqtt, http } = this.#ports;
    const spares = Array.from({ length: spare }, (_, n) => `spare-${n}`).map(
      (id) =>
        `  - { id: ${id}, area: b, driver: mqtt-logger, every: 1h, login: { user: ${id}, password: ${id} } }`,
    );
    // Critical: what is not may gather with its neighbours in one message.
    const device = (n: number) =>
      `  - { id: box-${n}, area: a, driver: mqtt-logger, every: 1s, login: { user: box-${n}, password: box-${n} },
      limits: { points: { temp: { high-high: 8, on-delay: 0s } } } }`;
    return `site: { id: ${SITE}, name: { zh: 病区, en: Ward } }
listen: { mqtt: "127.0.0.1:${mqtt}", http: "127.0.0.1:${http}" }
areas: [{ id: a, name: a, kind: other }, { id: b, name: b, kind: other }]
devices:
${[...Array.from({ length: boxes }, (_, n) => device(n)), ...spares].join('\n')}
people: [{ id: li, name: Li, channels: [webhook] }]
channels: { webhook: { url: "${this.#hook?.url}" } }
routes: [{ areas: [a], severities: [warning, critical], to: [li] }]
`;
  }
}
