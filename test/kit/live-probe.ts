import mqtt, { type MqttClient } from 'mqtt';
import type { WebhookServer } from './webhook.ts';

export interface LiveTimes {
  /** Milliseconds from a publish to its PUBACK. */
  readonly acknowledged: readonly number[];
  /** Milliseconds from the publish of a reading beyond its limit to the message that tells of it. */
  readonly told: readonly number[];
}

export interface LiveProbeOptions {
  readonly mqttUrl: string;
  readonly password: string;
  /**
   * Devices of the site `rig` that log in with their ids and have a limit on `temp`: high-high 8, no delay. So many that
   * none crosses often enough to count as chattering, of which people hear in lists.
   */
  readonly devices: readonly string[];
  readonly hook: WebhookServer;
}

const TELLING_TAKES_AT_MOST_MS = 20_000;

/** Devices that publish, and a person who waits for the message: what live data and alarms feel of the rest. */
export class LiveProbe {
  readonly #options: LiveProbeOptions;
  #clients: readonly MqttClient[] = [];
  #crossings = 0;

  constructor(options: LiveProbeOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { mqttUrl, password, devices } = this.#options;
    this.#clients = await Promise.all(
      devices.map((username) => mqtt.connectAsync(mqttUrl, { username, password, clientId: username })),
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
  }

  /** So many crossings, one after the other, each cleared again; nobody waits for the all-clear, which may gather. */
  async measure(crossings: number): Promise<LiveTimes> {
    const [acknowledged, told]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < crossings; turn++) {
      const box = this.#crossings++ % this.#clients.length;
      const point = `${this.#options.devices[box]}.temp`;
      const seen = this.#options.hook.received.length;
      const begun = performance.now();
      acknowledged.push(await this.#publish(box, 9));
      await this.#told(seen, point);
      told.push(performance.now() - begun);
      acknowledged.push(await this.#publish(box, 4));
    }
    return { acknowledged, told };
  }

  /** Readings in one message, as a device that has many sends them; nobody waits for its alarm. */
  publishMany(box: number, count: number): Promise<unknown> {
    const now = Date.now();
    const readings = Array.from({ length: count }, (_, index) => ({
      ...{ point: 'battery', at: now - index, value: index % 100 },
    }));
    return this.#send(box, readings);
  }

  async #publish(box: number, value: number): Promise<number> {
    const begun = performance.now();
    await this.#send(box, [{ point: 'temp', at: Date.now(), value }]);
    return performance.now() - begun;
  }

  async #send(box: number, readings: readonly object[]): Promise<void> {
    const payload = JSON.stringify({ v: 1, readings });
    const client = this.#clients[box % this.#clients.length];
    await client?.publishAsync(`hygate/rig/in/${client.options.username}`, payload, { qos: 1 });
  }

  async #told(seen: number, point: string): Promise<void> {
    const end = performance.now() + TELLING_TAKES_AT_MOST_MS;
    const isIt = ({ text }: { readonly text: string }) => {
      const { event, alarms } = JSON.parse(text) as { event: string; alarms: { point: string }[] };
      return event === 'raised' && alarms.some((alarm) => alarm.point === point);
    };
    while (!this.#options.hook.received.slice(seen).some(isIt)) {
      if (performance.now() > end) throw new Error(`nobody was told of ${point}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
