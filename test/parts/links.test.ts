import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { silentLog } from '#model/log';
import type { NewDelivery } from '#model/outbox';
import type { Person, Site } from '#model/site';
import { DAY, MINUTE } from '#model/time';
import type { LinkView } from '../../gateway/api/links/links.ts';
import { openLinkSecret } from '../../gateway/api/links/secret.ts';
import { ApiClient, openAlarm, startGateway, type TestGateway, userWithRole } from '../kit/api-gateway.ts';
import { apiSite } from '../kit/api-site.ts';
import { HandClock } from '../kit/hand-clock.ts';

const NOW = Date.UTC(2026, 0, 5, 16);
const li: Person = { id: 'li', name: '李工', language: 'zh', channels: ['sms'] };
const smith: Person = { id: 'smith', name: 'Dr. <Smith> & "Co"', language: 'en', channels: ['sms'] };
const site: Site = { ...apiSite, people: [li, smith], pageUrl: 'https://gw.hospital.example/' };

let clock: HandClock;
let gateway: TestGateway;
let client: ApiClient;

beforeEach(async () => {
  clock = new HandClock(NOW);
  gateway = await startGateway({ clock, site });
  client = new ApiClient(gateway.url);
});
afterEach(() => gateway.stop());

const raise = (id: string, over: Partial<Alarm> = {}): Alarm => {
  const alarm = openAlarm(id, clock.wall(), over);
  gateway.alarms.raise(alarm);
  return alarm;
};

/** A message as the notifier sends it, and the path of its link. */
function told(over: Partial<NewDelivery> = {}): string {
  const { alarms = [], person = 'li' } = over;
  const key = `${alarms.map(({ id }) => id).join('+')}.raised.${clock.wall()}`;
  const delivery = {
    key,
    event: 'raised',
    at: clock.wall(),
    person,
    severity: 'critical',
    alarms,
    ...over,
  } as const;
  const link = gateway.links.issue(gateway.tellings.tell(delivery));
  return new URL(link ?? 'https://none.example/').pathname;
}

const api = (path: string) => `/api/v1/links/${path.split('/').at(-1)}`;
const stateOf = (id: string) => gateway.alarms.open().find((alarm) => alarm.id === id)?.state;
const recorded = (type: string) => gateway.journal.recorded.filter((event) => event.type === type);
const post = (path: string, comment = '已转移疫苗') => client.call<LinkView>(api(path), { comment });

describe('a link in a message', () => {
  test('shows what it is about, without a log-in, and changes nothing by being looked at', async () => {
    const path = told({ alarms: [raise('a-1')] });
    for (let look = 0; look < 3; look++) {
      const { status, body, headers } = await client.call<LinkView>(api(path));
      expect(status).toBe(200);
      expect(body).toMatchObject({
        person: { name: '李工' },
        about: 'alarms',
        alarms: [{ id: 'a-1' }],
        answeredAt: null,
      });
      expect(headers.get('cache-control')).toBe('no-store');
    }
    await fetch(gateway.url + path, { method: 'HEAD' });
    expect(stateOf('a-1')).toBe('unacknowledged');
    expect(recorded('link-answered')).toEqual([]);
  });

  test('acknowledges in the name of its person, with the comment, and the journal says that it was by link', async () => {
    const path = told({ alarms: [raise('a-1')] });
    clock.step(MINUTE);
    const { status, body } = await post(path, '  已转移疫苗 ');
    expect(status).toBe(200);
    expect(body).toMatchObject({ answeredAt: clock.wall(), alarms: [{ state: 'acknowledged' }] });
    const [alarm] = gateway.alarms.open();
    expect(alarm?.acknowledged).toMatchObject({ by: '李工', comment: '已转移疫苗', at: clock.wall() });
    expect(recorded('link-answered')).toMatchObject([
      { by: '李工', data: { person: 'li', alarms: ['a-1'], message: expect.stringContaining('a-1') } },
    ]);
  });

  test('works once: the second time is refused, and says when it was used', async () => {
    const path = told({ alarms: [raise('a-1')] });
    await post(path);
    const again = await post(path);
    expect(again.status).toBe(410);
    expect(again.body).toMatchObject({
      code: 'link-used',
      detail: expect.stringContaining('2026-01-05T16:00'),
    });
    expect(recorded('link-answered')).toHaveLength(1);
  });

  test('works once also for two at the same moment', async () => {
    const path = told({ alarms: [raise('a-1')] });
    const answers = await Promise.all([post(path), post(path), post(path)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect(recorded('link-answered')).toHaveLength(1);
  });

  test('works once also while the journal is still writing the first answer', async () => {
    const token =
      told({ alarms: [raise('a-1')] })
        .split('/')
        .at(-1) ?? '';
    const answers = await Promise.allSettled([1, 2, 3].map(() => gateway.links.answer(token, '')));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(recorded('link-answered')).toHaveLength(1);
  });

  test('of an alarm that somebody else took says who did', async () => {
    const path = told({ alarms: [raise('a-1')] });
    await gateway.alarms.act('a-1', '王护士', { type: 'acknowledge', comment: '' });
    const { status, body } = await post(path);
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'alarm-taken', detail: expect.stringContaining('王护士') });
    expect((await client.call<string>(path)).body).toContain('王护士 已于 2026-01-06 00:00 确认');
  });

  test('of an alarm that is over is refused', async () => {
    const path = told({ alarms: [raise('a-1')] });
    await gateway.alarms.act('a-1', '王护士', { type: 'acknowledge', comment: '' });
    gateway.alarms.clear('a-1');
    expect((await post(path)).status).toBe(409);
  });

  test('is refused after a day', async () => {
    const path = told({ alarms: [raise('a-1')] });
    clock.step(DAY);
    const { status, body } = await post(path);
    expect(status).toBe(410);
    expect(body).toMatchObject({ code: 'link-expired' });
    expect((await client.call(api(path))).status).toBe(410);
    expect(stateOf('a-1')).toBe('unacknowledged');
  });

  test('of a digest acknowledges all that nobody has taken', async () => {
    const alarms = ['a-1', 'a-2', 'a-3'].map((id) => raise(id));
    const path = told({ event: 'digest', alarms });
    await gateway.alarms.act('a-2', '王护士', { type: 'acknowledge', comment: '' });
    expect((await post(path)).status).toBe(200);
    expect(gateway.alarms.open().map(({ acknowledged }) => acknowledged?.by)).toEqual([
      '李工',
      '王护士',
      '李工',
    ]);
    expect(recorded('link-answered')).toMatchObject([{ data: { alarms: ['a-1', 'a-3'] } }]);
  });

  test('of the regular test confirms it, once', async () => {
    const path = told({ key: 'test.1', event: 'test', severity: 'notice', alarms: [] });
    expect((await client.call<string>(path)).body).toContain('确认收到');
    expect((await post(path, '')).status).toBe(200);
    expect((await post(path, '')).status).toBe(410);
    expect(recorded('test-answered')).toMatchObject([{ by: '李工', data: { person: 'li' } }]);
  });

  test('when the journal cannot write nothing is acknowledged, and the link is still good', async () => {
    const path = told({ alarms: [raise('a-1')] });
    gateway.journal.broken = true;
    expect((await post(path)).status).toBe(503);
    expect(stateOf('a-1')).toBe('unacknowledged');
    gateway.journal.broken = false;
    expect((await post(path)).status).toBe(200);
  });

  test('is in no all-clear of what was acknowledged, and in none without an address of the site', () => {
    const over = openAlarm('a-1', NOW, { state: 'normal', clearedAt: NOW });
    const about = { id: 1, key: 'k', person: 'li', event: 'cleared' } as const;
    expect(gateway.links.issue({ ...about, alarms: [over] })).toBeNull();
    expect(gateway.links.issue({ ...about, alarms: [{ ...over, state: 'returned' }] })).toMatch(
      /^https:\/\/gw\.hospital\.example\/l\/[\w-]+$/,
    );
  });
});

describe('whoever attacks', () => {
  test.each([
    ['a made-up token', () => `/l/${'A'.repeat(22)}0abcdef1`],
    ['garbage', () => '/l/%00%ff..%2f..%2fetc%2fpasswd'],
    ['a path', () => '/l/..%2F..%2Fusers.sqlite'],
    ['a token that is far too long', () => `/l/${'a'.repeat(5000)}`],
  ])('with %s learns nothing', async (_, path) => {
    const page = await client.call<string>(path());
    expect([400, 404, 410, 414]).toContain(page.status);
    expect(
      (await client.call(`/api/v1/links/${path().slice(3)}`, { comment: '' })).status,
    ).toBeGreaterThanOrEqual(400);
  });

  test('with the proof of one message cannot answer another, nor live longer', async () => {
    const [first, second] = [
      told({ alarms: [raise('a-1')] }),
      told({ alarms: [raise('a-2')], person: 'smith' }),
    ];
    const swapped = first.slice(0, -1) + second.slice(-1);
    const longer = `${first.slice(0, 25)}zzzzzzz${first.slice(32)}`;
    for (const forged of [swapped, longer]) {
      expect(forged).not.toBe(first);
      expect((await post(forged)).status).toBe(404);
    }
    expect([stateOf('a-1'), stateOf('a-2')]).toEqual(['unacknowledged', 'unacknowledged']);
  });

  test('from another site cannot have a browser press the button', async () => {
    const path = told({ alarms: [raise('a-1')] });
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const { status } = await client.call(api(path), { comment: '' }, headers);
      expect(status).toBe(403);
      const form = {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      };
      expect((await fetch(gateway.url + path, { ...form, body: 'comment=' })).status).toBe(403);
    }
    expect(stateOf('a-1')).toBe('unacknowledged');
  });

  test('is slowed down', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 70; n++) statuses.push((await client.call(`/l/${'A'.repeat(22)}0abcdef1`)).status);
    expect(statuses.at(0)).toBe(404);
    expect(statuses.at(-1)).toBe(429);
  });

  test('who has left the site can no longer answer', async () => {
    const path = told({ alarms: [raise('a-1')], person: 'gone' });
    expect((await post(path)).status).toBe(404);
  });

  test('finds no token in a header, an address or a script of the page', async () => {
    const path = told({ alarms: [raise('a-1')] });
    const { body, headers } = await client.call<string>(path);
    const token = path.split('/').at(-1) ?? '';
    expect(body).not.toContain(token);
    expect(body).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('a name or an advice cannot put anything into the page', async () => {
    const rule = { ...openAlarm('x', NOW).rule, advice: { zh: '<img src=x onerror=1>', en: '<b>"&\'' } };
    const path = told({ alarms: [raise('a-1', { rule })], person: 'smith' });
    const { body } = await client.call<string>(path);
    expect(body).toContain('&lt;b&gt;&quot;&amp;&#39;');
    expect(body).toContain('Dr. &lt;Smith&gt; &amp; &quot;Co&quot;');
    expect(body).not.toContain('<Smith>');
  });
});

describe('the page of a link', () => {
  const press = (path: string, comment: string) =>
    fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ comment }),
      redirect: 'manual',
    });

  test('has a button that acknowledges, and then says so', async () => {
    const path = told({ alarms: [raise('a-1')] });
    expect((await client.call<string>(path)).body).toContain('<button type="submit">确认报警</button>');
    const pressed = await press(path, '门没关');
    expect([pressed.status, pressed.headers.get('location')]).toEqual([303, path]);
    const { body } = await client.call<string>(path);
    expect(body).toContain('✓ 您已确认');
    expect(body).not.toContain('<button');
    expect(gateway.alarms.open()[0]?.acknowledged?.comment).toBe('门没关');
  });

  test('speaks the language of the person', async () => {
    const path = told({ alarms: [raise('a-1'), raise('a-2')], event: 'digest', person: 'smith' });
    const { body } = await client.call<string>(path);
    expect(body).toContain('<html lang="en">');
    expect(body).toContain('Acknowledge 2 alarms');
  });

  test('says in both languages what is wrong with a link, with the status of the error', async () => {
    const path = told({ alarms: [raise('a-1')] });
    await press(path, '');
    const again = await press(path, '');
    expect(again.status).toBe(410);
    const text = await again.text();
    expect(text).toContain('此链接已使用过');
    expect(text).toContain('was used');
  });
});

test('who was told, when, by which way and with what answer is there for whoever may look', async () => {
  const alarm = raise('a-1');
  const attempt = { channel: 'sms', at: NOW + 5, result: 'sent', answer: 'BizId 9' } as const;
  const [key, event, person, severity] = ['a-1.r', 'raised', 'li', 'critical'] as const;
  gateway.tellings.tell({ key, event, person, severity, at: NOW, alarms: [alarm] }, [attempt]);
  expect((await client.call('/api/v1/alarms/a-1/messages')).status).toBe(401);
  const viewer = await userWithRole(gateway, 'viewer');
  const { body } = await viewer.call<{ messages: unknown[] }>('/api/v1/alarms/a-1/messages');
  expect(body.messages).toEqual([
    {
      ...{ key, event, severity, at: NOW, state: 'sent', answeredAt: null, attempts: [attempt] },
      person: { id: 'li', name: '李工' },
    },
  ]);
});

describe('the secret', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hygate-links-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('is made once, for nobody else to read', async () => {
    const secret = await openLinkSecret(dir, silentLog);
    expect(secret).toHaveLength(32);
    expect((await stat(join(dir, 'links.key'))).mode & 0o777).toBe(0o600);
    expect(await openLinkSecret(dir, silentLog)).toEqual(secret);
  });

  test('that is damaged is made anew: a gateway starts all the same', async () => {
    await writeFile(join(dir, 'links.key'), 'half');
    const secret = await openLinkSecret(dir, silentLog);
    expect(secret).toHaveLength(32);
    expect(await openLinkSecret(dir, silentLog)).toEqual(secret);
  });

  test('that cannot be kept serves this run, and the log says so', async () => {
    const said: string[] = [];
    const log = { ...silentLog, error: (_: object, message: string) => void said.push(message) };
    expect(await openLinkSecret(join(dir, 'missing'), log)).toHaveLength(32);
    expect(said).toEqual(['the secret of links cannot be kept: links are refused after the next start']);
  });
});
