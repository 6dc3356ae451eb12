import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { silentMeter } from '#model/meter';
import { type Clock, MINUTE, realClock } from '#model/time';
import { QueryDesk } from '../../gateway/influxql/query-desk.ts';
import {
  ApiClient,
  administrator,
  PASSWORD,
  startGateway,
  type TestGateway,
  userWithRole,
} from '../kit/api-gateway.ts';
import { apiSite, POINT } from '../kit/api-site.ts';

let gateway: TestGateway;
let skipped = 0;
const BEGUN = realClock.wall();
/** Stands still and is moved forward at will: whoever is made to wait has not waited while a busy machine hashed. */
const clock: Clock = { ...realClock, wall: () => BEGUN + skipped, monotonic: () => skipped };

beforeEach(async () => {
  skipped = 0;
  const more = ({ journal, alarms }: Pick<TestGateway, 'journal' | 'alarms'>) => ({
    influxql: new QueryDesk({ site: apiSite, journal, alarms, clock, meter: silentMeter }),
  });
  gateway = await startGateway({ clock, more });
  await administrator(gateway);
  await gateway.journal.append([{ point: POINT, at: 1_000, value: 4.5, quality: 'good', reason: null }]);
});
afterEach(() => gateway.stop());

const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
const ADMIN = basic('admin', PASSWORD);

const MEASUREMENTS = {
  results: [
    {
      statement_id: 0,
      series: [{ name: 'measurements', columns: ['name'], values: [['event'], ['temperature']] }],
    },
  ],
};

async function ask(path: string, authorization?: string, init: RequestInit = {}) {
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(authorization !== undefined && { authorization }),
  };
  const answer = await fetch(`${gateway.url}${path}`, { ...init, headers });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const show = (authorization?: string) =>
  ask('/query?db=hygate&epoch=ms&q=SHOW%20measurements', authorization);

describe('what Grafana sends', () => {
  test('by GET, with name and password', async () => {
    expect(await show(ADMIN)).toMatchObject({ status: 200, body: MEASUREMENTS });
  });

  test('by POST, with the database in the address and the query in a form', async () => {
    const form = new URLSearchParams({
      q: 'SELECT last("value") FROM "temperature" WHERE time >= 0ms and time <= 9999ms',
    });
    const answer = await ask('/query?db=hygate&epoch=ms', ADMIN, { method: 'POST', body: form });
    expect(answer.headers.get('content-type')).toContain('application/json');
    expect(answer.headers.get('x-influxdb-version')).toMatch(/^1\./);
    expect(answer.body).toEqual({
      results: [
        {
          statement_id: 0,
          series: [{ name: 'temperature', columns: ['time', 'last'], values: [[1_000, 4.5]] }],
        },
      ],
    });
  });

  test('with the token of a session, however it is called', async () => {
    const client = new ApiClient(gateway.url);
    const { body } = await client.call<{ token: string }>('/api/v1/login', {
      name: 'admin',
      password: PASSWORD,
      session: 'bearer',
    });
    for (const scheme of ['Bearer', 'Token'])
      expect(await show(`${scheme} ${body.token}`)).toMatchObject({ status: 200 });
  });

  test('a ping, before anybody has logged in', async () => {
    expect(await ask('/ping')).toMatchObject({ status: 204 });
    expect(await ask('/ping', undefined, { method: 'HEAD' })).toMatchObject({ status: 204 });
  });
});

/** What becomes of passwords that are tried in one and the same moment. */
async function codesOf(passwords: readonly string[]): Promise<unknown[]> {
  const tries = passwords.map((password) => gateway.users.userByPassword('admin', password, '10.0.0.9'));
  const ends = await Promise.allSettled(tries);
  return ends.map((end) => (end.status === 'rejected' ? end.reason.code : null));
}

describe('without a right password', () => {
  test('nothing is answered, and how to log in is said in the words of InfluxDB', async () => {
    for (const authorization of [
      undefined,
      'Basic !!!',
      basic('admin', 'wrong password'),
      basic('nobody', PASSWORD),
      'Token abcdefghijklmnopqrstuvwxyz',
    ]) {
      const answer = await show(authorization);
      expect(answer).toMatchObject({ status: 401, body: { error: expect.any(String) } });
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
    }
  });

  test('guessing is slowed, and does not keep out who is in already', async () => {
    await show(ADMIN);
    const guesses = [];
    for (let guess = 0; guess < 7; guess += 1)
      guesses.push((await show(basic('admin', `guess ${guess}`))).status);
    expect(guesses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect(await show(ADMIN)).toMatchObject({ status: 200 });
    expect(gateway.journal.recorded.filter(({ type }) => type === 'login-failed')).toHaveLength(5);
  });

  test('many requests at once with one wrong password are one guess', async () => {
    expect(await codesOf(Array.from({ length: 20 }, () => 'old password'))).toEqual(
      Array.from({ length: 20 }, () => 'login-failed'),
    );
    expect(gateway.journal.recorded.filter(({ type }) => type === 'login-failed')).toHaveLength(1);
  });

  test('many different guesses at once are as many guesses', async () => {
    const codes = await codesOf(Array.from({ length: 40 }, (_, guess) => `guess ${guess}`));
    expect(codes.filter((code) => code === 'login-failed')).toHaveLength(5);
    expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(35);
  });

  test('whoever is made to wait does not learn by it which password another address sends', async () => {
    const from = (address: string, password: string) =>
      ask('/query?db=hygate&q=SHOW%20measurements', basic('admin', password), {
        headers: { 'x-forwarded-for': address },
      });
    expect(await from('10.0.0.1', PASSWORD)).toMatchObject({ status: 200 });
    for (let guess = 0; guess < 9; guess += 1) {
      skipped += MINUTE / 2;
      await from('10.0.0.2', `guess ${guess}`);
    }
    expect(await from('10.0.0.2', 'a wrong one')).toMatchObject({ status: 429 });
    expect(await from('10.0.0.2', PASSWORD)).toMatchObject({ status: 429 });
    expect(await from('10.0.0.1', PASSWORD)).toMatchObject({ status: 200 });
  });

  test('a name and a password in the address are refused: addresses end in logs', async () => {
    expect(
      await ask(`/query?db=hygate&q=SHOW%20measurements&u=admin&p=${encodeURIComponent(PASSWORD)}`),
    ).toMatchObject({ status: 401 });
    const both = await ask('/query?db=hygate&q=SHOW%20measurements&u=admin&p=x', ADMIN);
    expect(both).toMatchObject({ status: 400, body: { error: expect.stringContaining('HTTP Basic') } });
  });

  test('no other route takes a password with each request', async () => {
    expect(await ask('/api/v1/site', ADMIN)).toMatchObject({ status: 401 });
  });
});

describe('a password that was right', () => {
  test('counts no more once it is changed, or the user is disabled or must change it', async () => {
    await userWithRole(gateway, 'viewer');
    const viewer = basic('viewer-1', PASSWORD);
    expect(await show(viewer)).toMatchObject({ status: 200 });
    await gateway.users.setDisabled('viewer-1', true, 'admin');
    expect(await show(viewer)).toMatchObject({ status: 401 });
    await gateway.users.setDisabled('viewer-1', false, 'admin');
    expect(await show(viewer)).toMatchObject({ status: 200 });
    const { password } = await gateway.users.resetPassword('viewer-1', 'admin');
    expect(await show(viewer)).toMatchObject({ status: 401 });
    expect(await show(basic('viewer-1', password))).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('password') },
    });
  });

  test('is hashed again after a while', async () => {
    await show(ADMIN);
    skipped = 11 * MINUTE;
    expect(await show(ADMIN)).toMatchObject({ status: 200 });
  });
});

test('what cannot be read is refused as InfluxDB refuses it', async () => {
  for (const [path, words] of [
    ['/query?db=hygate', 'missing required parameter "q"'],
    ['/query?db=hygate&q=DROP%20DATABASE%20hygate', 'SELECT or SHOW'],
    ['/query?db=hygate&q=SHOW%20MEASUREMENTS&epoch=weeks', 'epoch is one of'],
    ['/query?db=hygate&q=SHOW%20MEASUREMENTS&params=%7B%7D', 'params is not supported'],
  ] as const)
    expect(await ask(path, ADMIN)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(words) },
    });
  for (const [path, words] of [
    ['/query?q=SELECT%20value%20FROM%20temperature', 'database name required'],
    ['/query?db=nothing&q=SELECT%20value%20FROM%20temperature', 'database not found: nothing'],
  ] as const)
    expect(await ask(path, ADMIN)).toMatchObject({
      status: 200,
      body: { results: [{ error: expect.stringContaining(words) }] },
    });
});
