import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, loginOf, mosquittoPub, READER, startBroker } from '../kit/broker.ts';
import { freePort } from '../kit/free-port.ts';
import { without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

const SCRIPT = fileURLToPath(new URL('../../gateway/install/docker/broker.sh', import.meta.url));
/** Of the image. */
const UID = 1883;

describe.skipIf(without('mosquitto', 'mosquittoPub'))('the broker beside the gateway', () => {
  let dir: string;
  let bench: Bench;
  let mosquitto: ChildProcess;
  let port: number;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hygate-mirror-'));
    await writeFile(join(dir, 'broker-bridge-password'), READER.password);
    await writeFile(join(dir, 'broker-reader-password'), 'for-readers');
    bench = await startBroker();
    port = await freePort();
    const env = {
      ...{ BROKER_DIR: dir, BROKER_SECRETS: dir, BROKER_PORT: String(port) },
      ...{ BROKER_GATEWAY: `127.0.0.1:${bench.broker.port}`, BROKER_USER: READER.user, HYGATE_SITE: 'ward' },
      PATH: `${process.env['PATH']}:/usr/sbin`,
    };
    const root = process.getuid?.() === 0;
    if (root) await chown(dir, UID, UID);
    mosquitto = spawn('sh', [SCRIPT], { env, stdio: 'ignore', ...(root ? { uid: UID, gid: UID } : {}) });
    await mosquittoPub(
      bench.broker.port,
      loginOf('box-1'),
      '-q',
      '1',
      '-t',
      'hygate/ward/in/box-1',
      '-m',
      message(),
    );
  });
  afterAll(async () => {
    const gone = once(mosquitto, 'exit');
    mosquitto.kill();
    await gone;
    await bench.broker.stop();
    await rm(dir, { recursive: true });
  });

  const message = () => JSON.stringify({ v: 1, readings: [{ point: 'temp', at: Date.now(), value: 4.2 }] });
  const reader = () =>
    until('the mirror takes readers', async (): Promise<MqttClient | false> => {
      const login = { username: 'reader', password: 'for-readers', reconnectPeriod: 0 };
      return connectAsync(`mqtt://127.0.0.1:${port}`, login).catch(() => false as const);
    });

  test('has the live values that the gateway retains, for readers with the password', async () => {
    const client = await reader();
    const heard = new Map<string, string>();
    client.on('message', (topic, payload) => heard.set(topic, payload.toString()));
    await client.subscribeAsync('hygate/#', { qos: 1 });
    const value = await until('the value came through', () => heard.get('hygate/ward/now/box-1/temp'));
    expect(JSON.parse(value)).toMatchObject({ value: 4.2 });
    await until('the status came through', () => heard.has('hygate/ward/status'));
    await client.endAsync(true);
  });

  test('takes nobody without the password', async () => {
    await reader().then((client) => client.endAsync(true));
    const refused = connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
    await expect(refused).rejects.toThrow(/[Nn]ot authorized/);
  });

  test('is no second door: what a reader publishes there reaches neither the gateway nor other readers', async () => {
    const [speaker, listener] = [await reader(), await reader()];
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    await listener.subscribeAsync('hygate/#', { qos: 1 });
    const before = bench.journal.readings.length;
    await speaker.publishAsync('hygate/ward/in/box-2', message(), { qos: 1 });
    await speaker.publishAsync('hygate/ward/now/box-2/temp', '{"value":99}', { qos: 1, retain: true });
    await mosquittoPub(
      bench.broker.port,
      loginOf('box-1'),
      '-q',
      '1',
      '-t',
      'hygate/ward/in/box-1',
      '-m',
      message(),
    );
    await until(
      'what the gateway says came after it',
      () => heard.filter((topic) => topic.endsWith('box-1/temp')).length > 1,
    );
    expect(heard.filter((topic) => topic.includes('box-2'))).toEqual([]);
    expect(bench.journal.readings.length).toBe(before + 1);
    await Promise.all([speaker.endAsync(true), listener.endAsync(true)]);
  });

  test('keeps no password in a place that others can read', async () => {
    expect(await readFile(join(dir, 'passwords'), 'utf8')).not.toContain('for-readers');
  });
});
