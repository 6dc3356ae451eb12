import { connect } from 'mqtt';
import type { Heartbeat } from '#model/site';
import type { Way } from './way.ts';

/**
 * One retained publish, acknowledged by another broker. Each beat is a connection of its own: a connection that is kept
 * for years may look alive and be dead, which is the very thing that a heartbeat is to tell.
 */
export const mqttWay = ({ url, topic, user, password }: NonNullable<Heartbeat['mqtt']>): Way => ({
  name: 'mqtt',
  send: (body, signal) =>
    new Promise((resolve, reject) => {
      const client = connect(url, {
        ...(user === null ? {} : { username: user }),
        ...(password === null ? {} : { password }),
        ...{ clean: true, reconnectPeriod: 0, queueQoSZero: false, resubscribe: false },
      });
      const end = (error?: Error) => {
        signal.removeEventListener('abort', abort);
        // An error that comes after the end has nobody to tell any more, and would end the process.
        client.on('error', () => undefined);
        client.end(true);
        if (error === undefined) resolve();
        else reject(error);
      };
      const abort = () => end(new Error('the broker did not acknowledge in time'));
      signal.addEventListener('abort', abort, { once: true });
      client.once('error', end);
      client.once('close', () => end(new Error('the broker closed the connection')));
      client.once('connect', () =>
        client.publish(topic, body, { qos: 1, retain: true }, (error) => end(error ?? undefined)),
      );
    }),
});
