import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, DAY, MINUTE, type Ms, realClock } from '#model/time';
import { SESSION_IDLE } from '../../gateway/api/users/users.ts';
import {
  ApiClient,
  administrator,
  PASSWORD,
  startGateway,
  type TestGateway,
  userWithRole,
} from '../kit/api-gateway.ts';

let gateway: TestGateway;
let skipped = 0;
let stoppedAt: Ms | undefined;
/** The real clock, moved forward at will, or stopped. */
const clock: Clock = {
  ...realClock,
  wall: () => realClock.wall() + skipped,
  monotonic: () => (stoppedAt ?? realClock.monotonic()) + skipped,
};

beforeEach(async () => {
  skipped = 0;
  stoppedAt = undefined;
  gateway = await startGateway({ clock });
});
afterEach(() => gateway.stop());

const client = () => new ApiClient(gateway.url);

describe('the first administrator', () => {
  test('is told once, with at least 80 bits without signs that look alike', async () => {
    expect(gateway.first?.name).toBe('admin');
    const signs = (gateway.first?.password ?? '').replaceAll('-', '');
    expect(signs).toMatch(/^[2-9A-HJ-NP-Z]+$/);
    expect(signs.length * Math.log2(32)).toBeGreaterThanOrEqual(80);
  });

  test('is told a new password at every start until somebody has logged in, and then never again', async () => {
    const second = await gateway.users.firstStart();
    expect(second).toMatchObject({
      name: 'admin',
      password: expect.not.stringMatching(gateway.first?.password ?? ''),
    });
    expect(await client().call('/api/v1/login', gateway.first)).toMatchObject({ status: 401 });
    expect(await client().call('/api/v1/login', second)).toMatchObject({ status: 200 });
    expect(await gateway.users.firstStart()).toBeNull();
  });

  test('may do nothing but change the one-time password, and then everything', async () => {
    const admin = client();
    const login = await admin.call('/api/v1/login', gateway.first);
    expect(login).toMatchObject({
      status: 200,
      body: { user: { name: 'admin', role: 'admin', mustChange: true } },
    });
    for (const path of [
      '/api/v1/site',
      '/api/v1/now',
      '/api/v1/alarms',
      '/api/v1/events',
      '/api/v1/users',
      '/openapi.json',
    ]) {
      expect(await admin.call(path), path).toMatchObject({
        status: 403,
        body: { code: 'password-change-required' },
      });
    }
    expect(await admin.call('/api/v1/me')).toMatchObject({ status: 200, body: { mustChange: true } });
    const change = { current: gateway.first?.password, next: PASSWORD };
    expect(await admin.call('/api/v1/password', change)).toMatchObject({
      status: 200,
      body: { mustChange: false },
    });
    expect(await admin.call('/api/v1/site')).toMatchObject({ status: 200 });
  });

  test('cannot log in with the one-time password after the change', async () => {
    await administrator(gateway);
    expect(await client().call('/api/v1/login', gateway.first)).toMatchObject({
      status: 401,
      type: expect.stringContaining('application/problem+json'),
      body: { code: 'login-failed', status: 401, type: 'urn:hygate:error:login-failed' },
    });
  });

  test.each([
    ['short', 'short'],
    ['with the user name', 'my-admin-password'],
    ['of one sign', 'aaaaaaaaaaaaaa'],
  ])('cannot choose a password that is %s', async (_what, next) => {
    const admin = client();
    await admin.call('/api/v1/login', gateway.first);
    const answer = await admin.call('/api/v1/password', { current: gateway.first?.password, next });
    expect(answer).toMatchObject({ status: 400, body: { code: 'password-weak' } });
    expect(await admin.call('/api/v1/site')).toMatchObject({ status: 403 });
  });
});

describe('a session', () => {
  test('lies in a cookie that scripts and other sites cannot use, and its token is not in the data folder', async () => {
    const admin = client();
    const { headers } = await admin.call('/api/v1/login', gateway.first);
    expect(headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(headers.get('set-cookie')).toMatch(/SameSite=Strict/);
    const token = admin.cookie.split('=')[1] ?? 'none';
    expect(Buffer.from(token, 'base64url').length).toBe(32);
    const { readFile, readdir } = await import('node:fs/promises');
    for (const file of await readdir(gateway.dir)) {
      expect((await readFile(`${gateway.dir}/${file}`)).includes(token), file).toBe(false);
    }
  });

  test('survives a restart of the gateway', async () => {
    const admin = await administrator(gateway);
    await gateway.stop(true);
    gateway = await startGateway({ clock, dir: gateway.dir });
    expect(gateway.first).toBeNull();
    const again = client();
    again.cookie = admin.cookie;
    expect(await again.call('/api/v1/me')).toMatchObject({ status: 200, body: { name: 'admin' } });
  });

  test('lives on by being used and ends when it is not', async () => {
    const admin = await administrator(gateway);
    for (let days = 0; days < 20; days += 5) {
      skipped += 5 * DAY;
      expect(await admin.call('/api/v1/me'), `${days} days`).toMatchObject({ status: 200 });
    }
    skipped += SESSION_IDLE;
    expect(await admin.call('/api/v1/me')).toMatchObject({ status: 401, body: { code: 'login-required' } });
  });

  test('ends by logging out, and with every change of the password', async () => {
    const admin = await administrator(gateway);
    const phone = client();
    await phone.call('/api/v1/login', { name: 'admin', password: PASSWORD });
    await admin.call('/api/v1/password', { current: PASSWORD, next: 'another good horse' });
    expect(await phone.call('/api/v1/me')).toMatchObject({ status: 401 });
    expect(await admin.call('/api/v1/me')).toMatchObject({ status: 200 });
    const { cookie } = admin;
    expect(await admin.call('/api/v1/logout', {})).toMatchObject({ status: 204 });
    admin.cookie = cookie;
    expect(await admin.call('/api/v1/me')).toMatchObject({ status: 401 });
  });

  test('of a program is a bearer token, which needs no origin', async () => {
    await administrator(gateway);
    const body = { name: 'admin', password: PASSWORD, session: 'bearer' };
    const login = await client().call<{ token: string }>('/api/v1/login', body);
    expect(login.headers.get('set-cookie')).toBeNull();
    const authorization = `Bearer ${login.body.token}`;
    expect(await client().call('/api/v1/site', undefined, { authorization })).toMatchObject({ status: 200 });
    const foreign = { authorization, origin: 'https://elsewhere.example' };
    expect(await client().call('/api/v1/logout', {}, foreign)).toMatchObject({ status: 204 });
  });
});

describe('guessing', () => {
  test('is slowed after five failures, and the right password must wait too', async () => {
    await administrator(gateway);
    // The first wait is a second: on a busy machine two tries may lie further apart.
    stoppedAt = realClock.monotonic();
    const wrong = { name: 'admin', password: 'wrong password' };
    const statuses: number[] = [];
    for (let tries = 0; tries < 7; tries++)
      statuses.push((await client().call('/api/v1/login', wrong)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const right = { name: 'admin', password: PASSWORD };
    expect(await client().call('/api/v1/login', right)).toMatchObject({
      body: { code: 'too-many-requests' },
    });
    skipped += 2 * MINUTE;
    expect(await client().call('/api/v1/login', right)).toMatchObject({ status: 200 });
  });

  test('does not tell an unknown name from a wrong password', async () => {
    const wrong = await client().call('/api/v1/login', { name: 'admin', password: 'x' });
    const unknown = await client().call('/api/v1/login', { name: 'nobody', password: 'x' });
    expect(unknown.status).toBe(wrong.status);
    expect(unknown.body).toEqual(wrong.body);
  });
});

describe('a changing request', () => {
  const foreign: [string, Record<string, string>][] = [
    ['another origin', { origin: 'https://elsewhere.example' }],
    ['the same host on another port', { origin: 'http://127.0.0.1:1' }],
    ['an origin without a name', { origin: 'null' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ];
  test.each(foreign)('from %s is refused, log-in included', async (_from, headers) => {
    const admin = await administrator(gateway);
    const refused = { status: 403, body: { code: 'origin-refused' } };
    expect(await admin.call('/api/v1/logout', {}, headers)).toMatchObject(refused);
    expect(
      await client().call('/api/v1/login', { name: 'admin', password: PASSWORD }, headers),
    ).toMatchObject(refused);
    expect(await admin.call('/api/v1/me')).toMatchObject({ status: 200 });
  });

  test('from the page itself is served', async () => {
    const admin = await administrator(gateway);
    const headers = { origin: gateway.url, 'sec-fetch-site': 'same-origin' };
    expect(await admin.call('/api/v1/logout', {}, headers)).toMatchObject({ status: 204 });
  });
});

describe('users', () => {
  test('are made by an administrator with a one-time password, disabled, enabled and given a new one', async () => {
    const admin = await administrator(gateway);
    const made = await admin.call<{ password: string }>('/api/v1/users', { name: '李工', role: 'operator' });
    expect(made).toMatchObject({ status: 201, body: { name: '李工' } });
    const li = client();
    const login = { name: '李工', password: made.body.password };
    expect(await li.call('/api/v1/login', login)).toMatchObject({
      status: 200,
      body: { user: { mustChange: true } },
    });
    const path = `/api/v1/users/${encodeURIComponent('李工')}`;
    expect(await admin.call(path, { action: 'disable' })).toMatchObject({ status: 200 });
    expect(await li.call('/api/v1/me')).toMatchObject({ status: 401 });
    expect(await li.call('/api/v1/login', login)).toMatchObject({ body: { code: 'login-failed' } });
    await admin.call(path, { action: 'enable' });
    const reset = await admin.call<{ password: string }>(path, { action: 'reset-password' });
    expect(await li.call('/api/v1/login', login)).toMatchObject({ status: 401 });
    const fresh = { name: '李工', password: reset.body.password };
    expect(await li.call('/api/v1/login', fresh)).toMatchObject({ status: 200 });
  });

  test('are not doubled, not unknown, and one administrator always remains', async () => {
    const admin = await administrator(gateway);
    const codeOf = async (path: string, body: unknown) =>
      (await admin.call<{ code: string }>(path, body)).body.code;
    expect(await codeOf('/api/v1/users', { name: 'ADMIN', role: 'viewer' })).toBe('user-exists');
    expect(await codeOf('/api/v1/users', { name: 'a b', role: 'viewer' })).toBe('request-invalid');
    expect(await codeOf('/api/v1/users', { name: 'x', role: 'root' })).toBe('request-invalid');
    expect(await codeOf('/api/v1/users/nobody', { action: 'disable' })).toBe('user-unknown');
    expect(await codeOf('/api/v1/users/admin', { action: 'disable' })).toBe('last-administrator');
  });

  test('may do what their role allows', async () => {
    const viewer = await userWithRole(gateway, 'viewer');
    const operator = await userWithRole(gateway, 'operator');
    const refused = { status: 403, body: { code: 'not-allowed' } };
    expect(await viewer.call('/api/v1/now')).toMatchObject({ status: 200 });
    expect(await viewer.call('/api/v1/alarms/a/acknowledge', { comment: '' })).toMatchObject(refused);
    expect(await operator.call('/api/v1/alarms/a/acknowledge', { comment: '' })).toMatchObject({
      body: { code: 'alarm-unknown' },
    });
    expect(await operator.call('/api/v1/users')).toMatchObject(refused);
  });

  test('leave what they do in the journal, without passwords', async () => {
    const admin = await administrator(gateway);
    await client().call('/api/v1/login', { name: 'admin', password: 'wrong password' });
    await admin.call('/api/v1/users', { name: 'wang', role: 'viewer' });
    const log = await admin.call<{ events: { type: string; by: string | null }[] }>('/api/v1/log');
    expect(log.body.events.map(({ type, by }) => `${type} ${by}`)).toEqual([
      'user-created null',
      'login admin',
      'password-changed admin',
      'login-failed null',
      'user-created admin',
    ]);
    const text = JSON.stringify(log.body);
    for (const secret of [PASSWORD, gateway.first?.password ?? PASSWORD, 'wrong password']) {
      expect(text).not.toContain(secret);
    }
  });

  test('can log in while the journal cannot write', async () => {
    await administrator(gateway);
    gateway.journal.broken = true;
    expect(await client().call('/api/v1/login', { name: 'admin', password: PASSWORD })).toMatchObject({
      status: 200,
    });
  });
});

test('nothing of the API but log-in, health and what a signed link allows is served to a stranger', async () => {
  const admin = await administrator(gateway);
  const { body } = await admin.call<{ paths: Record<string, Record<string, unknown>> }>('/openapi.json');
  const open = ['/healthz', '/metrics', '/api/v1/login', '/api/v1/links/{token}'];
  const closed = Object.entries(body.paths).filter(([path]) => !open.includes(path));
  expect(closed.length).toBeGreaterThan(14);
  for (const [path, methods] of closed) {
    for (const method of Object.keys(methods)) {
      const asked = path.replaceAll(/\{\w+\}/g, 'x');
      const stranger = client();
      const answer =
        method === 'delete'
          ? await stranger.delete(asked)
          : await stranger.call(asked, method === 'post' ? {} : undefined);
      expect(answer, `${method} ${path}`).toMatchObject({ status: 401, body: { code: 'login-required' } });
    }
  }
});
