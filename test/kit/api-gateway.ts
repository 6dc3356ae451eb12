import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alarm } from '#model/alarm';
import { silentLog } from '#model/log';
import type { Reading } from '#model/reading';
import type { Site } from '#model/site';
import { type Clock, MINUTE, realClock } from '#model/time';
import { onCallOf } from '../../alerts/notify/call/on-call.ts';
import { Api } from '../../gateway/api/api.ts';
import { Links } from '../../gateway/api/links/links.ts';
import type { ApiOptions } from '../../gateway/api/server.ts';
import { Users } from '../../gateway/api/users/users.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';
import { MemoryAlarms, MemoryDevices, MemoryJournal, MemoryLive } from './api-memory.ts';
import { apiSite, high, POINT } from './api-site.ts';
import { MemoryTellings } from './api-tellings.ts';

export interface TestGatewayOptions {
  readonly clock?: Clock;
  readonly dir?: string;
  readonly site?: Site;
  readonly webDir?: string;
  /** Parts of the API that most tests do without. */
  readonly more?: (parts: MemoryParts) => Partial<ApiOptions>;
}

export interface MemoryParts {
  readonly journal: MemoryJournal;
  readonly alarms: MemoryAlarms;
  readonly metrics: Metrics;
}

/** The real API on a real port, over parts that live in memory. */
export async function startGateway(options: TestGatewayOptions = {}) {
  const { clock = realClock, site = apiSite, webDir = '/nonexistent', more = () => ({}) } = options;
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'hygate-api-')));
  const parts = {
    journal: new MemoryJournal(),
    live: new MemoryLive(),
    devices: new MemoryDevices(),
    alarms: new MemoryAlarms(clock),
    metrics: new Metrics(),
    tellings: new MemoryTellings(),
  };
  const links = new Links({ ...parts, site, dir, clock, log: silentLog });
  const users = new Users({ dir, journal: parts.journal, clock, log: silentLog });
  const meter = parts.metrics;
  const rest = { site, users, links, webDir, clock, meter, log: silentLog, version: '0.0.0-test' };
  const onCall = onCallOf(site);
  const api = new Api({ ...parts, ...rest, onCall, ...more(parts) });
  await users.start();
  await links.start();
  const first = await users.firstStart();
  await api.start();
  const stop = async (keep = false) => {
    await api.stop();
    await users.stop();
    if (!keep) await rm(dir, { recursive: true, force: true });
  };
  return { ...parts, api, users, links, first, dir, stop, url: `http://127.0.0.1:${api.port}` };
}

export type TestGateway = Awaited<ReturnType<typeof startGateway>>;

export const PASSWORD = 'correct horse battery';

export interface Answer<Body> {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly body: Body;
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client with a cookie, as a browser has one, but for what the test adds. */
export class ApiClient {
  readonly #url: string;
  cookie = '';

  constructor(url: string) {
    this.#url = url;
  }

  /** A GET, or a POST when there is a body. The test says what body it expects and then looks. */
  call<Body = unknown>(
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    return this.#send(body === undefined ? 'GET' : 'POST', path, { body, headers });
  }

  delete<Body = unknown>(path: string): Promise<Answer<Body>> {
    return this.#send('DELETE', path, {});
  }

  async #send<Body>(method: string, path: string, { body, headers }: Sent): Promise<Answer<Body>> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        ...(this.cookie === '' ? {} : { cookie: this.cookie }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const read = type.includes('json') ? JSON.parse(text) : text;
    return { status: response.status, type, headers: response.headers, body: read as Body };
  }
}

/** Logs the first administrator in and changes the one-time password. */
export async function administrator(gateway: TestGateway): Promise<ApiClient> {
  const client = new ApiClient(gateway.url);
  await client.call('/api/v1/login', gateway.first);
  await client.call('/api/v1/password', { current: gateway.first?.password, next: PASSWORD });
  return client;
}

/** Makes a user with a role and logs them in with a password of their own. */
export async function userWithRole(gateway: TestGateway, role: 'viewer' | 'operator'): Promise<ApiClient> {
  const { name, password } = await gateway.users.create(`${role}-1`, role, 'admin');
  const client = new ApiClient(gateway.url);
  await client.call('/api/v1/login', { name, password });
  await client.call('/api/v1/password', { current: password, next: PASSWORD });
  return client;
}

export const goodReading = (value: number, at: number, point = POINT): Reading => ({
  point,
  at,
  value,
  quality: 'good',
  reason: null,
});

export const openAlarm = (id: string, now: number, more: Partial<Alarm> = {}): Alarm => ({
  id,
  point: POINT,
  rule: high,
  state: 'unacknowledged',
  since: now - 12 * MINUTE,
  raisedAt: now - 2 * MINUTE,
  clearedAt: null,
  value: 8.4,
  worst: 9.1,
  late: false,
  acknowledged: null,
  shelvedUntil: null,
  suppressedBy: null,
  outOfService: false,
  ...more,
});
