import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { DeliveryError } from '#model/channel';
import type { Clock, Ms } from '#model/time';
import { failureOf, NOBODY_LISTENS } from './failure.ts';
import type { Post } from './post.ts';

export interface Broker {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly version: '5' | '3.1.1';
}

export interface Publishing {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly within: Ms;
  readonly signal: AbortSignal;
}

/**
 * Publishes with QoS 1 and resolves on the PUBACK with what the broker said. A connection for each message: there is no
 * link that may be half open, and nothing of mqtt.js's own queue and reconnection, which lose messages silently and
 * latch for good (zigbee2mqtt#33150, MQTT.js#1947). Rejects with a DeliveryError.
 */
export function publish(post: Post, { broker, clock, within, signal }: Publishing): Promise<string> {
  const client = connect(broker.url, clientOptions(broker, within));
  return new Promise<string>((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(error));
    const timer = clock.after(within, () =>
      fail(new DeliveryError('timeout', true, `no PUBACK within ${within} ms`)),
    );
    signal.addEventListener('abort', () => fail(signal.reason), { once: true });
    // Stays until the end: an error that nobody listens for would end the process.
    client.on('error', fail);
    client.on('close', () => fail(new Error('the broker closed the connection before its PUBACK')));
    client.on('disconnect', ({ reasonCode }) => fail(Object.assign(new Error('DISCONNECT'), { reasonCode })));
    client.once('connect', () =>
      send(client, post, broker.version, (error, answer) => {
        timer.cancel();
        if (error === undefined) resolve(answer);
        else fail(error);
      }),
    );
    if (signal.aborted) fail(signal.reason);
  }).finally(() => leave(client));
}

/** mqtt.js keeps to itself what a PUBACK says when it is no error (16, nobody subscribes): the packet itself tells. */
function send(
  client: MqttClient,
  { topic, payload, expirySeconds }: Post,
  version: Broker['version'],
  done: (error: Error | undefined, answer: string) => void,
): void {
  const properties = { messageExpiryInterval: expirySeconds, contentType: 'application/json' };
  let code = 0;
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback') code = packet.reasonCode ?? 0;
  });
  client.publish(topic, payload, { qos: 1, ...(version === '5' && { properties }) }, (error) => {
    if (error) done(error, '');
    else if (code === NOBODY_LISTENS) done(Object.assign(new Error('PUBACK'), { code }), '');
    else done(undefined, `PUBACK ${code} from ${client.options.host}`);
  });
}

/** Forced: the polite end of a link that has died may never come to its end. */
function leave(client: MqttClient): void {
  client.end(true);
}

const clientOptions = ({ user, password, ca, version }: Broker, within: Ms): IClientOptions => ({
  protocolVersion: version === '5' ? 5 : 4,
  clean: true,
  reconnectPeriod: 0,
  queueQoSZero: false,
  resubscribe: false,
  connectTimeout: within,
  ...(user !== undefined && { username: user, password: password ?? '' }),
  ...(ca !== undefined && { ca }),
});
