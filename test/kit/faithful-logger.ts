import { connect, type MqttClient } from 'mqtt';
import type { Reading } from '#model/reading';
import { type Clock, type Ms, realClock, SECOND } from '#model/time';
import { encodeSamples } from '#model/wire';
import { until } from './until.ts';

const RETRY: Ms = 200;

/**
 * A box as a good one is: it keeps each reading until the gateway acknowledged it and sends it again after every break.
 * It knows what it measured when, which is what a test compares the gateway's record with.
 */
export class FaithfulLogger {
  readonly #options: {
    readonly url: string;
    readonly site: string;
    readonly device: string;
    readonly every: Ms;
  };
  readonly #clock: Clock = realClock;
  readonly #kept = new Map<number, number>();
  readonly #sent = new Map<number, { readonly value: number; readonly since: Ms }>();
  #client: MqttClient | undefined;
  #stopping = new AbortController();
  #measured = 0;
  #resting = false;
  #lastAt = 0;
  /** The longest that a reading waited for its acknowledgement, since it was last asked. */
  #longest: Ms = 0;
  #acknowledged = 0;
  #newest = 0;
  /** What it measures now. */
  temperature: number | null = null;

  constructor(options: { url: string; site: string; device: string; every: Ms }) {
    this.#options = options;
  }

  start(): void {
    this.#connect();
    void this.#measureOn();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#client?.endAsync(true);
  }

  /** Measures no more; resolves when all of it is acknowledged. */
  async rest(): Promise<void> {
    this.#resting = true;
    await until('the box is empty', () => this.#sent.size === 0);
  }

  /** Measured and not yet acknowledged. */
  get waiting(): number {
    return this.#sent.size;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** When the newest acknowledged reading was measured. */
  get newest(): number {
    return this.#newest;
  }

  /** All that was ever measured, by time. */
  get measured(): ReadonlyMap<number, number> {
    return this.#kept;
  }

  takeLongest(): Ms {
    const waiting = [...this.#sent.values()].map(({ since }) => this.#clock.monotonic() - since);
    const longest = Math.max(this.#longest, 0, ...waiting);
    this.#longest = 0;
    return longest;
  }

  /** Compares what is stored with what was measured. */
  judge(stored: readonly Reading[]): {
    readonly wrong: number;
    readonly lost: number;
    readonly judged: number;
  } {
    const there = new Map(stored.map(({ at, value }) => [at, value]));
    const wrong = stored.filter(({ at, value }) => this.#kept.get(at) !== value).length;
    const doubled = stored.length - there.size;
    const lost = [...this.#kept.keys()].filter((at) => !there.has(at)).length;
    return { wrong: wrong + doubled, lost, judged: this.#kept.size };
  }

  async #measureOn(): Promise<void> {
    const { every } = this.#options;
    while (!this.#stopping.signal.aborted && !this.#resting) {
      const at = Math.max(this.#clock.wall(), this.#lastAt + 1);
      const value = this.temperature ?? Number((3 + (this.#measured++ % 400) / 100).toFixed(2));
      this.#lastAt = at;
      this.#kept.set(at, value);
      this.#sent.set(at, { value, since: this.#clock.monotonic() });
      this.#send([at]);
      await this.#clock.sleep(every, this.#stopping.signal).catch(() => undefined);
    }
  }

  #connect(): void {
    const { url, device } = this.#options;
    const client = connect(url, {
      ...{ username: device, password: device, clientId: device, protocolVersion: 4, clean: true },
      ...{ reconnectPeriod: 0, connectTimeout: 5 * SECOND, queueQoSZero: false },
    });
    this.#client = client;
    client.on('connect', () => this.#sendKept());
    client.on('error', () => undefined);
    client.once('close', () => {
      client.end(true);
      if (!this.#stopping.signal.aborted) this.#clock.after(RETRY, () => this.#connectAgain());
    });
  }

  #connectAgain(): void {
    if (!this.#stopping.signal.aborted) this.#connect();
  }

  #sendKept(): void {
    const all = [...this.#sent.keys()];
    for (let first = 0; first < all.length; first += 100) this.#send(all.slice(first, first + 100));
  }

  #send(times: readonly number[]): void {
    const client = this.#client;
    if (client?.connected !== true) return;
    const { site, device } = this.#options;
    const samples = times.map((at) => {
      const value = this.#kept.get(at) ?? null;
      return { key: 'temp', at, value, quality: 'good', reason: null } as const;
    });
    client.publish(`hygate/${site}/in/${device}`, encodeSamples(samples), { qos: 1 }, (error) => {
      if (!error && client === this.#client) this.#acknowledge(times);
    });
  }

  #acknowledge(times: readonly number[]): void {
    for (const at of times) {
      const sent = this.#sent.get(at);
      if (sent === undefined) continue;
      this.#sent.delete(at);
      this.#acknowledged += 1;
      this.#newest = Math.max(this.#newest, at);
      this.#longest = Math.max(this.#longest, this.#clock.monotonic() - sent.since);
    }
  }
}
