import { connect, type MqttClient } from 'mqtt';
import { type Ms, SECOND } from '#model/time';
import { makePacketIdsAsNeeded } from '../../gateway/runtime/packet-ids.ts';

makePacketIdsAsNeeded();

const CONNECT_WITHIN: Ms = 10 * SECOND;
/** Half-open connections are found within one and a half of it. */
const KEEPALIVE_SECONDS = 20;

export interface LinkOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly onUp: () => void;
  /** Once, and nothing after it: no acknowledgement of this link comes any more. */
  readonly onDown: (why: string) => void;
}

/**
 * One connection of one mqtt.js client, which is thrown away with it. mqtt.js never reconnects by itself here: its
 * own reconnection can latch for good (zigbee2mqtt#33150), stops after a refused CONNACK (MQTT.js#1947), and
 * resends what its owner resends too.
 */
export class Link {
  readonly #client: MqttClient;
  readonly #onDown: (why: string) => void;
  #over = false;

  constructor({ url, user, password, onUp, onDown }: LinkOptions) {
    this.#onDown = onDown;
    this.#client = connect(url, {
      protocolVersion: 4,
      username: user,
      password,
      clean: true,
      keepalive: KEEPALIVE_SECONDS,
      connectTimeout: CONNECT_WITHIN,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
    });
    this.#client.on('connect', () => {
      if (!this.#over) onUp();
    });
    this.#client.on('error', (error) => this.end(error.message));
    this.#client.on('close', () => this.end('the broker closed the connection'));
  }

  /** Calls `acknowledged` on the PUBACK; what is not acknowledged is known by `onDown`. */
  send(topic: string, payload: string, acknowledged: () => void): void {
    this.#client.publish(topic, payload, { qos: 1 }, (error) => {
      if (!this.#over && !error) acknowledged();
    });
  }

  end(why: string): void {
    if (this.#over) return;
    this.#over = true;
    // Forced: the polite end of a suspect link may never call back.
    this.#client.end(true);
    this.#onDown(why);
  }
}
