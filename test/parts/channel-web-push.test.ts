import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOUR, realClock, SECOND } from '#model/time';
import webPush, { type Options } from '../../alerts/channels/web-push/channel.ts';
import { PushFolder } from '../../alerts/channels/web-push/push-folder.ts';
import { type ApiClient, administrator, startGateway, userWithRole } from '../kit/api-gateway.ts';
import { failureOf, message, sendOnce } from '../kit/channel-message.ts';
import { without } from '../kit/peers.ts';
import { PushService } from '../kit/push-service.ts';
import { selfSigned } from '../kit/smtp.ts';

const SERVICES = ['localhost'];

let service: PushService;
let dir: string;
let ca: string;
let folder: PushFolder;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-push-'));
  const tls = selfSigned(dir);
  ca = tls.cert;
  service = new PushService(tls);
  await service.start();
  folder = new PushFolder(join(dir, 'web-push'), SERVICES);
});

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
  await service.stop();
  await rm(dir, { recursive: true, force: true });
});

function channel(over: Partial<Options> = {}) {
  const options: Options = {
    ...{ contact: 'mailto:it@hospital.example', services: SERVICES, keep: '1h', timeout: '5s', ca },
    ...over,
  };
  const way = webPush.open(options, { clock: realClock, dir: join(dir, 'web-push') });
  cleanups.push(() => way.close());
  return way;
}

describe.skipIf(without('openssl'))('web push, against a service that decrypts as a browser would', () => {
  test('every device of the person gets the message, signed by the key that it signed up with', async () => {
    for (const device of ['phone', 'desk']) folder.subscribe('li', service.subscribe(device));
    folder.subscribe('wang', service.subscribe('other'));
    const { answer } = await sendOnce(channel());
    expect(answer).toBe('HTTP 201: 2 of 2 devices');
    expect(service.received.map(({ device }) => device).sort()).toEqual(['desk', 'phone']);
    const [{ payload, headers, claims } = { payload: {}, headers: {}, claims: undefined }] = service.received;
    expect(payload).toMatchObject({ key: message().key, title: message().subject.zh, repeat: false });
    expect(headers).toMatchObject({ ttl: '3600', urgency: 'high', 'content-encoding': 'aes128gcm' });
    expect(claims).toMatchObject({
      aud: `https://localhost:${service.port}`,
      sub: 'mailto:it@hospital.example',
    });
    expect((claims?.exp ?? 0) * SECOND).toBeLessThanOrEqual(Date.now() + 24 * HOUR);
    expect(String(headers.authorization)).toContain(`k=${folder.key()}`);
    expect(service.refused).toEqual([]);
  });

  test('a device that is gone is dropped, the others are told, and the answer says so', async () => {
    for (const device of ['phone', 'desk']) folder.subscribe('li', service.subscribe(device));
    service.answers.set('phone', [{ status: 410 }]);
    expect((await sendOnce(channel())).answer).toBe('HTTP 201: 1 of 2 devices, 1 gone and dropped');
    expect(folder.devicesOf('li')).toHaveLength(1);
    expect((await sendOnce(channel())).answer).toBe('HTTP 201: 1 of 1 devices');
  });

  test('without a device, or when the last one is gone, the next channel is to take over', async () => {
    const nobody = { failure: 'misconfigured', retry: false };
    expect(await failureOf(channel())).toMatchObject(nobody);
    folder.subscribe('li', service.subscribe('phone'));
    service.answers.set('phone', [{ status: 404 }]);
    expect(await failureOf(channel())).toMatchObject(nobody);
    expect(folder.devicesOf('li')).toEqual([]);
  });

  test.each([
    [
      { status: 429, retryAfter: 30 },
      { failure: 'rate-limited', retry: true, retryAfter: 30_000 },
    ],
    [
      { status: 503, retryAfter: 5 },
      { failure: 'refused', retry: true, retryAfter: 5_000 },
    ],
    [{ status: 403 }, { failure: 'misconfigured', retry: false, retryAfter: null }],
    [{ status: 413 }, { failure: 'rejected', retry: false, retryAfter: null }],
    ['never', { failure: 'timeout', retry: true }],
  ] as const)('an answer of %o is %o', async (answer, failure) => {
    folder.subscribe('li', service.subscribe('phone'));
    service.answers.set('phone', [answer]);
    expect(await failureOf(channel({ timeout: answer === 'never' ? '500ms' : '5s' }))).toMatchObject(failure);
    expect(folder.devicesOf('li')).toHaveLength(1);
  });

  test('one device that hangs does not keep the message from the other', async () => {
    for (const device of ['phone', 'desk']) folder.subscribe('li', service.subscribe(device));
    service.answers.set('phone', ['never']);
    expect((await sendOnce(channel({ timeout: '3s' }))).answer).toBe('HTTP 201: 1 of 2 devices');
  });

  test('a service that nobody vouches for gets nothing', async () => {
    folder.subscribe('li', service.subscribe('phone'));
    const { ca: _, ...rest } = {
      contact: 'mailto:it@hospital.example',
      services: SERVICES,
      keep: '1h',
      timeout: '5s',
      ca,
    };
    const way = webPush.open(rest, { clock: realClock, dir: join(dir, 'web-push') });
    expect(await failureOf(way)).toMatchObject({ failure: 'misconfigured', retry: false });
    expect(service.received).toEqual([]);
  });

  test('a service that is not there is unreachable', async () => {
    folder.subscribe('li', { ...service.subscribe('phone'), endpoint: 'https://localhost:1/send/phone' });
    expect(await failureOf(channel())).toMatchObject({ failure: 'unreachable', retry: true });
  });

  test('a message of many words fits', async () => {
    folder.subscribe('li', service.subscribe('phone'));
    await sendOnce(channel(), message({ body: { zh: '请立即检查冰箱。'.repeat(1000), en: '' } }));
    expect(Number(service.received[0]?.headers['content-length'])).toBeLessThan(4096);
  });
});

describe('the folder of keys and devices', () => {
  test('the keys are made once and are nobody else’s to read', async () => {
    const key = folder.key();
    expect(new PushFolder(join(dir, 'web-push'), SERVICES).key()).toBe(key);
    const { mode } = await stat(join(dir, 'web-push', 'keys.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  test('a device belongs to whoever signed up last on it, and a person has ten at most', () => {
    const device = (name: string) => ({
      endpoint: `https://localhost/${name}`,
      keys: { p256dh: '', auth: '' },
    });
    folder.subscribe('li', device('shared'));
    folder.subscribe('wang', device('shared'));
    expect(folder.devicesOf('li')).toEqual([]);
    for (let count = 0; count < 12; count++) folder.subscribe('li', device(`${count}`));
    expect(folder.devicesOf('li').map(({ endpoint }) => endpoint.split('/').at(-1))).toEqual([
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
      '10',
      '11',
    ]);
    folder.unsubscribe('wang', 'https://localhost/11');
    expect(folder.devicesOf('li')).toHaveLength(10);
    expect(folder.devicesOf('wang')).toHaveLength(1);
  });

  test.each([
    ['https://localhost/x', true],
    ['https://a.localhost/x', true],
    ['https://notlocalhost/x', false],
    ['http://localhost/x', false],
    ['https://user@localhost/x', false],
    ['https://127.0.0.1/x', false],
    ['https://localhost.evil.example/x', false],
    ['nonsense', false],
  ])('%s is allowed: %s', (endpoint, allowed) => {
    expect(folder.allows(endpoint)).toBe(allowed);
  });
});

describe('signing up through the API', () => {
  async function gateway() {
    const started = await startGateway({ more: () => ({ push: folder }) });
    cleanups.push(() => started.stop());
    return started;
  }

  const leave = (url: string, client: ApiClient, endpoint: string) =>
    fetch(`${url}/api/v1/push/subscriptions`, {
      method: 'DELETE',
      headers: { cookie: client.cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ endpoint }),
    });

  test('a viewer signs a device up and off; the journal has the name and not the address', async () => {
    const started = await gateway();
    const viewer = await userWithRole(started, 'viewer');
    const { body } = await viewer.call<{ key: string }>('/api/v1/push/key');
    expect(body.key).toBe(folder.key());
    const subscription = service.subscribe('phone');
    expect(await viewer.call('/api/v1/push/subscriptions', subscription)).toMatchObject({ status: 204 });
    expect(folder.devicesOf('viewer-1')).toMatchObject([subscription]);
    const other = await administrator(started);
    await leave(started.url, other, subscription.endpoint);
    expect(folder.devicesOf('viewer-1')).toHaveLength(1);
    expect((await leave(started.url, viewer, subscription.endpoint)).status).toBe(204);
    expect(folder.devicesOf('viewer-1')).toEqual([]);
    const journaled = started.journal.recorded.filter(({ type }) => type.startsWith('push-'));
    expect(journaled.map(({ type, by }) => `${type} ${by}`)).toContain('push-subscribed viewer-1');
    expect(JSON.stringify(journaled)).not.toContain('/send/phone');
  });

  test('an address that is no push service of the site is refused', async () => {
    const viewer = await userWithRole(await gateway(), 'viewer');
    const subscription = { ...service.subscribe('phone'), endpoint: 'https://10.0.0.1/admin' };
    const answer = await viewer.call('/api/v1/push/subscriptions', subscription);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request-invalid' } });
  });

  test('keys that no browser has are refused, and so is whoever is not logged in', async () => {
    const started = await gateway();
    const viewer = await userWithRole(started, 'viewer');
    const { endpoint } = service.subscribe('phone');
    const strange = { endpoint, keys: { p256dh: 'x', auth: 'y' } };
    expect(await viewer.call('/api/v1/push/subscriptions', strange)).toMatchObject({ status: 400 });
    expect((await fetch(`${started.url}/api/v1/push/key`)).status).toBe(401);
  });

  test('a site without web push says so', async () => {
    const started = await startGateway();
    cleanups.push(() => started.stop());
    const viewer = await userWithRole(started, 'viewer');
    expect((await viewer.call('/api/v1/push/key')).body).toEqual({ key: null });
    const answer = await viewer.call('/api/v1/push/subscriptions', service.subscribe('phone'));
    expect(answer).toMatchObject({ status: 404, body: { code: 'push-unavailable' } });
    expect(await readFile(join(dir, 'web-push', 'keys.json')).catch(() => 'none')).toBe('none');
  });
});
