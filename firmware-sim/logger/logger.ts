import type { MqttClient } from 'mqtt';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import type { Sample } from '#model/reading';
import { type Clock, DAY, type EpochMs, type Ms, SECOND, type Timer } from '#model/time';
import { topicsOf } from '#model/topic';
import { encodeSamples } from '#model/wire';
import type { SimDevice } from '../device.ts';

export interface LoggerOptions {
  readonly device: SimDevice;
  readonly site: string;
  readonly password: string;
  readonly every: Ms;
  readonly clock: Clock;
  readonly log: Log;
}

/** Samples that its memory holds, as a transport logger's data sheet says; the oldest go first. */
const MEMORY = 16_000;
/** Until it dials for the first time: the library must not load while the others start. */
const DIALS_AFTER: Ms = 200;
/** Samples in one message when it empties its memory. */
const BATCH = 100;

/**
 * A temperature logger with its own login: measures on its own clock, keeps what is not acknowledged, and sends all
 * of it when the broker is there (again). One message is in flight at a time.
 */
export class Logger implements Part {
  readonly name = 'logger';
  readonly #options: LoggerOptions;
  readonly #memory: Sample[] = [];
  #client: MqttClient | undefined;
  /** In reach of its broker, as far as it is up to us. */
  #online = false;
  #brokerUrl: string | undefined;
  #timer: Timer | undefined;
  #draining: MqttClient | undefined;

  constructor(options: LoggerOptions) {
    this.#options = options;
  }

  get user(): string {
    return this.#options.device.id;
  }

  get password(): string {
    return this.#options.password;
  }

  /** Samples that no broker has acknowledged. */
  get waiting(): number {
    return this.#memory.length;
  }

  async start(): Promise<void> {
    this.#measure();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.disconnect();
  }

  /** From now on it tries for ever to reach this broker. */
  connect(brokerUrl: string): void {
    this.#brokerUrl = brokerUrl;
    if (this.#online || this.#options.device.faults.has('offline')) return;
    this.#online = true;
    void this.#dial();
  }

  async #dial(): Promise<void> {
    await this.#options.clock.sleep(DIALS_AFTER);
    const { connect } = await import('mqtt');
    const url = this.#brokerUrl;
    if (!this.#online || this.#client !== undefined || url === undefined) return;
    const client = connect(url, {
      clientId: this.user,
      username: this.user,
      password: this.password,
      clean: true,
      reconnectPeriod: SECOND,
      // A broker that is still starting refuses: without this the client would give up for ever.
      reconnectOnConnackError: true,
      queueQoSZero: false,
    });
    this.#client = client;
    client.on('connect', () => void this.#drain());
    client.on('error', (error) =>
      this.#options.log.debug(
        { logger: this.user, err: error },
        'a simulated logger cannot reach its broker',
      ),
    );
  }

  /** Out of reach: it goes on measuring. */
  async disconnect(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#online = false;
    await client?.endAsync(true);
  }

  /** Back in reach. */
  reconnect(): void {
    if (this.#brokerUrl !== undefined) this.connect(this.#brokerUrl);
  }

  #measure(): void {
    const { device, clock, every } = this.#options;
    const at = this.#now();
    device.points.forEach((point, index) => {
      this.#memory.push(sampleOf(point.key, at, device.values[index] ?? null));
    });
    this.#memory.splice(0, Math.max(0, this.#memory.length - MEMORY));
    this.#timer = clock.after(every, () => this.#measure());
    void this.#drain();
  }

  /** What its own clock shows. */
  #now(): EpochMs {
    const { device, clock } = this.#options;
    const wrong = device.faults.get('wrong-clock');
    return Math.round(clock.wall() + (wrong === undefined ? 0 : (wrong.offset ?? -DAY)));
  }

  /** One drain a client: what an old client never answered must not hold up the next one. */
  async #drain(): Promise<void> {
    const client = this.#client;
    if (client === undefined || client === this.#draining) return;
    this.#draining = client;
    while (this.#memory.length > 0 && client.connected && client === this.#client) {
      const batch = this.#memory.slice(0, BATCH);
      if (!(await this.#send(client, batch))) break;
      // Measuring may have pushed the oldest out of a full memory meanwhile.
      const sent = new Set(batch);
      while (this.#memory[0] !== undefined && sent.has(this.#memory[0])) this.#memory.shift();
    }
    if (this.#draining === client) this.#draining = undefined;
  }

  /** False when it was not acknowledged: it stays in the memory and goes again. */
  async #send(client: MqttClient, samples: readonly Sample[]): Promise<boolean> {
    const { device, site, log } = this.#options;
    const topic = topicsOf(site).in(device.id);
    const times = device.faults.has('duplicate-sends') ? 2 : 1;
    try {
      for (let time = 0; time < times; time++) {
        await client.publishAsync(topic, encodeSamples(samples, this.#now()), { qos: 1 });
      }
      return true;
    } catch (error) {
      log.debug({ logger: this.user, err: error }, 'a simulated logger keeps what was not acknowledged');
      return false;
    }
  }
}

const sampleOf = (key: string, at: number, value: number | null): Sample =>
  value === null
    ? { key, at, value, quality: 'bad', reason: 'sensor-fault' }
    : { key, at, value: Math.round(value * 100) / 100, quality: 'good', reason: null };
