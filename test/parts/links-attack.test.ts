import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAlarm } from '../kit/api-gateway.ts';
import { api, LinkStage, NOW } from '../kit/link-stage.ts';

let stage: LinkStage;

beforeEach(async () => {
  stage = await LinkStage.start();
});
afterEach(() => stage.stop());

test.each([
  ['a made-up token', () => `/l/${'A'.repeat(22)}0abcdef1`],
  ['garbage', () => '/l/%00%ff..%2f..%2fetc%2fpasswd'],
  ['a path', () => '/l/..%2F..%2Fusers.sqlite'],
  ['a token that is far too long', () => `/l/${'a'.repeat(5000)}`],
])('whoever attacks with %s learns nothing', async (_, path) => {
  const page = await stage.client.call<string>(path());
  expect([400, 404, 410, 414]).toContain(page.status);
  expect(
    (await stage.client.call(`/api/v1/links/${path().slice(3)}`, { comment: '' })).status,
  ).toBeGreaterThanOrEqual(400);
});

test('whoever attacks with the proof of one message cannot answer another, nor live longer', async () => {
  const [first, second] = [
    stage.told({ alarms: [stage.raise('a-1')] }),
    stage.told({ alarms: [stage.raise('a-2')], person: 'smith' }),
  ];
  const swapped = first.slice(0, -1) + second.slice(-1);
  const longer = `${first.slice(0, 25)}zzzzzzz${first.slice(32)}`;
  for (const forged of [swapped, longer]) {
    expect(forged).not.toBe(first);
    expect((await stage.post(forged)).status).toBe(404);
  }
  expect([stage.stateOf('a-1'), stage.stateOf('a-2')]).toEqual(['unacknowledged', 'unacknowledged']);
});

test('whoever attacks from another site cannot have a browser press the button', async () => {
  const path = stage.told({ alarms: [stage.raise('a-1')] });
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    const { status } = await stage.client.call(api(path), { comment: '' }, headers);
    expect(status).toBe(403);
    const form = {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    };
    expect((await fetch(stage.gateway.url + path, { ...form, body: 'comment=' })).status).toBe(403);
  }
  expect(stage.stateOf('a-1')).toBe('unacknowledged');
});

test('whoever attacks is slowed down', async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 70; n++)
    statuses.push((await stage.client.call(`/l/${'A'.repeat(22)}0abcdef1`)).status);
  expect(statuses.at(0)).toBe(404);
  expect(statuses.at(-1)).toBe(429);
});

test('whoever has left the site can no longer answer', async () => {
  const path = stage.told({ alarms: [stage.raise('a-1')], person: 'gone' });
  expect((await stage.post(path)).status).toBe(404);
});

test('whoever attacks finds no token in a header, an address or a script of the page', async () => {
  const path = stage.told({ alarms: [stage.raise('a-1')] });
  const { body, headers } = await stage.client.call<string>(path);
  const token = path.split('/').at(-1) ?? '';
  expect(body).not.toContain(token);
  expect(body).not.toContain('<script');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('referrer-policy')).toBe('same-origin');
  expect(headers.get('cache-control')).toBe('no-store');
});

test('a name or an advice cannot put anything into the page', async () => {
  const rule = { ...openAlarm('x', NOW).rule, advice: { zh: '<img src=x onerror=1>', en: '<b>"&\'' } };
  const path = stage.told({ alarms: [stage.raise('a-1', { rule })], person: 'smith' });
  const { body } = await stage.client.call<string>(path);
  expect(body).toContain('&lt;b&gt;&quot;&amp;&#39;');
  expect(body).toContain('Dr. &lt;Smith&gt; &amp; &quot;Co&quot;');
  expect(body).not.toContain('<Smith>');
});
