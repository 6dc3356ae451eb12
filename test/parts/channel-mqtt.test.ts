import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { realClock } from '#model/time';
import type { Options } from '../../alerts/channels/mqtt/channel.ts';
import mqtt from '../../alerts/channels/mqtt/channel.ts';
import { failureOf, li, message, sendOnce } from '../kit/channel-message.ts';
import { freePort } from '../kit/free-port.ts';
import { listenTo, type Mosquitto, startMosquitto } from '../kit/mosquitto.ts';
import { without } from '../kit/peers.ts';
import { selfSigned } from '../kit/smtp.ts';
import { until } from '../kit/until.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function broker(...args: Parameters<typeof startMosquitto>): Promise<Mosquitto> {
  const started = await startMosquitto(...args);
  cleanups.push(() => started.stop());
  return started;
}

async function ear(...args: Parameters<typeof listenTo>) {
  const listening = await listenTo(...args);
  cleanups.push(() => listening.stop());
  return listening.heard;
}

const channel = (port: number, over: Partial<Options> = {}) =>
  mqtt.open(
    {
      ...{
        url: `mqtt://127.0.0.1:${port}`,
        topic: 'ward/{person}',
        version: '5',
        expiry: '1h',
        timeout: '5s',
      },
      ...over,
    },
    { clock: realClock, dir: '/nonexistent' },
  );

/** Two users with the password `right`: `hygate` may publish under `ward`, `guest` only reads. */
async function guardedBroker(): Promise<Mosquitto> {
  const folder = await mkdtemp(join(tmpdir(), 'hygate-passwords-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'passwords');
  execFileSync('mosquitto_passwd', ['-b', '-c', file, 'hygate', 'right'], { stdio: 'ignore' });
  execFileSync('mosquitto_passwd', ['-b', file, 'guest', 'right'], { stdio: 'ignore' });
  const acl = 'user hygate\ntopic readwrite ward/#\nuser guest\ntopic read ward/#\n';
  const lines = ['allow_anonymous false', 'password_file FOLDER/passwords', 'acl_file FOLDER/acl'];
  return broker(lines, { passwords: await readFile(file, 'utf8'), acl });
}

describe.skipIf(without('mosquitto'))('MQTT, against mosquitto', () => {
  test('a message is sent when the broker acknowledged it, and its expiry goes with it', async () => {
    const { port } = await broker();
    const heard = await ear(port, 'ward/#');
    const { answer, receipt } = await sendOnce(channel(port));
    expect(answer).toContain('PUBACK 0');
    expect(receipt).toBeNull();
    const [first] = await until('it is heard', () => heard.length === 1 && heard);
    expect(first).toMatchObject({ topic: 'ward/li', expirySeconds: 3600 });
    expect(JSON.parse(first?.text ?? '')).toMatchObject({
      key: message().key,
      to: { id: li.id },
      repeat: false,
    });
  });

  test('a message that nobody listens for is undelivered, and may be tried again', async () => {
    const { port } = await broker();
    expect(await failureOf(channel(port))).toMatchObject({ failure: 'undelivered', retry: true });
  });

  test('MQTT 3.1.1 works, and cannot tell that nobody listens', async () => {
    const { port } = await broker();
    expect((await sendOnce(channel(port, { version: '3.1.1' }))).answer).toContain('PUBACK 0');
  });

  test.each(['5', '3.1.1'] as const)('a wrong password is a misconfiguration in MQTT %s', async (version) => {
    const { port } = await guardedBroker();
    const wrong = channel(port, { user: 'hygate', password: 'wrong', version });
    expect(await failureOf(wrong)).toMatchObject({ failure: 'misconfigured', retry: false });
  });

  test('a topic without the right to it is a misconfiguration: MQTT 5 tells, 3.1.1 acknowledges and drops', async () => {
    const { port } = await guardedBroker();
    const guest = { user: 'guest', password: 'right' };
    const heard = await ear(port, 'ward/#', { username: 'hygate', password: 'right' });
    expect(await failureOf(channel(port, guest))).toMatchObject({ failure: 'misconfigured', retry: false });
    expect((await sendOnce(channel(port, { ...guest, version: '3.1.1' }))).answer).toContain('PUBACK 0');
    await sendOnce(channel(port, { ...guest, user: 'hygate' }));
    await until('the allowed one is heard', () => heard.length === 1);
  });

  test('a broker that is down is unreachable, and may be tried again', async () => {
    const port = await freePort();
    expect(await failureOf(channel(port))).toMatchObject({ failure: 'unreachable', retry: true });
  });

  test('a broker that hangs costs a time-out and nothing more', async () => {
    const frozen = await broker();
    const heard = await ear(frozen.port, 'ward/#');
    const way = channel(frozen.port, { timeout: '3s' });
    frozen.freeze();
    expect(await failureOf(way)).toMatchObject({ failure: 'timeout', retry: true });
    frozen.thaw();
    await sendOnce(way);
    await until('the next one is heard', () => heard.length > 0);
  });

  test('a broker that takes the message and dies before its PUBACK leaves it open whether it arrived', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      // CONNACK of MQTT 5 without properties; whatever comes then is cut off.
      socket.once('data', () => {
        socket.write(Buffer.from([0x20, 0x03, 0x00, 0x00, 0x00]));
        socket.once('data', () => socket.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    cleanups.push(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    expect(await failureOf(channel(port))).toMatchObject({ failure: 'unreachable', retry: true });
  });

  test('a message too large for the broker is refused for good', async () => {
    const { port } = await broker(['allow_anonymous true', 'message_size_limit 1000']);
    await ear(port, 'ward/#');
    const long = message({ body: { zh: '长'.repeat(1000), en: '' } });
    const failure = await failureOf(channel(port), long);
    expect(failure).toMatchObject({ failure: 'rejected', retry: false });
  });

  test.skipIf(without('openssl'))(
    'with mqtts only a broker whose authority is given is trusted',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'hygate-tls-'));
      cleanups.push(() => rm(folder, { recursive: true, force: true }));
      const { key, cert } = selfSigned(folder);
      const lines = ['allow_anonymous true', 'certfile FOLDER/cert.pem', 'keyfile FOLDER/key.pem'];
      const { port } = await broker(lines, { 'key.pem': key, 'cert.pem': cert });
      await ear(port, 'ward/#', { protocol: 'mqtts', host: 'localhost', ca: cert });
      const url = `mqtts://localhost:${port}`;
      expect(await failureOf(channel(port, { url }))).toMatchObject({
        failure: 'misconfigured',
        retry: false,
      });
      expect((await sendOnce(channel(port, { url, ca: cert }))).answer).toContain('PUBACK 0');
    },
  );

  test('a stop of the gateway breaks a try off', async () => {
    const frozen = await broker();
    frozen.freeze();
    const stop = new AbortController();
    const sending = channel(frozen.port).send(message(), li, stop.signal);
    stop.abort(new Error('the gateway stops'));
    await expect(sending).rejects.toThrow('the gateway stops');
  });
});
