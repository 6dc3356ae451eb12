import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Way } from '#model/channel';
import type { Log } from '#model/log';
import type { Telling } from '#model/outbox';
import type { Person, Site } from '#model/site';
import { DAY, HOUR, MINUTE, realClock, SECOND } from '#model/time';
import webhook from '../../alerts/channels/webhook/channel.ts';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { onCallOf } from '../../alerts/notify/call/on-call.ts';
import { Notifier } from '../../alerts/notify/send/notifier.ts';
import { Api } from '../../gateway/api/api.ts';
import { Links } from '../../gateway/api/links/links.ts';
import { Users } from '../../gateway/api/users/users.ts';
import { Metrics } from '../../gateway/runtime/metrics.ts';
import { alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule, type SiteParts } from '../kit/alarms-site.ts';
import { MemoryDevices, MemoryLive } from '../kit/api-memory.ts';
import { until } from '../kit/until.ts';
import { startWebhookServer, type WebhookServer } from '../kit/webhook.ts';

const li: Person = { id: 'li', name: '李工', language: 'zh', channels: ['webhook'] };
const wang: Person = { id: 'wang', name: '王护士', language: 'zh', channels: ['webhook'] };

let web: WebhookServer;
let file: string;
let remove: () => Promise<void>;
let journal: MemoryJournal;
let logged: string;
let stops: (() => Promise<void>)[];

beforeEach(async () => {
  web = await startWebhookServer();
  ({ file, remove } = await alarmFile());
  journal = new MemoryJournal();
  logged = '';
  stops = [];
});
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop();
  await web.close();
  await remove();
});

/** Everything that is ever logged, at whatever level. */
function log(): Log {
  const write = (fields: object, message: string) => {
    logged += `${message} ${JSON.stringify(fields, (_, value) => (value instanceof Error ? String(value) : value))}\n`;
  };
  const all: Log = { debug: write, info: write, warn: write, error: write, child: () => all };
  return all;
}

/** What concerns alarms, as main wires it: engine, links, notifier, API. */
async function started(over: Partial<SiteParts> = {}, more: Partial<Site> = {}) {
  const parts = { rules: [limitRule({ onDelay: 0 })], people: [li, wang], ...over };
  const channels = { webhook: { url: web.url, timeout: '5s' }, ...over.channels };
  const site: Site = { ...alarmSite({ ...parts, channels }), pageUrl: 'https://gw.example', ...more };
  const meter = new Metrics();
  const common = { site, clock: realClock, log: log(), meter, journal, dir: dirname(file) };
  const alarms = new AlarmEngine({ ...common, file, announce: announcerOf(site, meter) });
  const tellings = alarms.outbox;
  const links = new Links({ ...common, alarms, tellings });
  const ways = new Map([['webhook', webhook as Way]]);
  const notifier = new Notifier({ ...common, channels: ways, outbox: alarms.outbox, link: links.issue });
  const users = new Users(common);
  const rest = { live: new MemoryLive(), devices: new MemoryDevices(), webDir: '/nonexistent', version: '0' };
  const api = new Api({
    ...common,
    ...rest,
    alarms,
    users,
    links,
    tellings,
    metrics: meter,
    onCall: onCallOf(site),
  });
  let running = true;
  const all = [alarms, links, notifier, users, api];
  for (const part of all) await part.start();
  const stop = async () => {
    if (running) for (const part of all.toReversed()) await part.stop();
    running = false;
  };
  stops.push(stop);
  return { alarms, tellings, stop, url: `http://127.0.0.1:${api.port}` };
}

type Linked = { readonly link: string | null; readonly key: string; readonly to: { readonly id: string } };
const messages = () => web.received.map(({ text }) => JSON.parse(text) as Linked);
const linkFor = (person: string) =>
  until(
    `${person} gets a link`,
    () => messages().find(({ to, link }) => to.id === person && link !== null)?.link ?? undefined,
  );
const tokenOf = (link: string) => link.split('/').at(-1) ?? '';
const answer = (url: string, link: string, comment = '') =>
  fetch(`${url}/api/v1/links/${tokenOf(link)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ comment }),
  });

describe('a link out of a real message', () => {
  test('acknowledges the alarm through the journal, in the name of whoever was told', async () => {
    const { alarms, url } = await started();
    await journal.append([goodReading(9.2)]);
    const link = await linkFor('wang');
    expect(link).toMatch(/^https:\/\/gw\.example\/l\/[\w-]{30,40}$/);
    expect((await answer(url, link, '已转移')).status).toBe(200);
    expect(alarms.open()).toMatchObject([
      { state: 'acknowledged', acknowledged: { by: '王护士', comment: '已转移' } },
    ]);
    const events = journal.rows.flatMap((row) => (row.kind === 'event' ? [row.event] : []));
    expect(events.map(({ type, by }) => `${type} ${by}`)).toEqual([
      'link-answered 王护士',
      'alarm-acknowledged 王护士',
    ]);
  });

  test('is refused when it was used, also after a restart, and the other person hears who has taken it', async () => {
    const first = await started();
    await journal.append([goodReading(9.2)]);
    const [hers, his] = [await linkFor('wang'), await linkFor('li')];
    expect(tokenOf(hers)).not.toBe(tokenOf(his));
    await answer(first.url, hers);
    await until('the answer is on disk', async () => {
      const told = await first.tellings.ofAlarm(first.alarms.open()[0]?.id ?? '');
      return told.some(({ answeredAt }) => answeredAt !== null);
    });
    await first.stop();
    const second = await started();
    const again = await answer(second.url, hers);
    expect([again.status, await again.json()]).toMatchObject([410, { code: 'link-used' }]);
    const late = await answer(second.url, his);
    expect([late.status, await late.json()]).toMatchObject([
      409,
      { code: 'alarm-taken', detail: expect.stringContaining('王护士') },
    ]);
  });

  test('that was not used before a restart is good after it', async () => {
    const first = await started();
    await journal.append([goodReading(9.2)]);
    const link = await linkFor('li');
    await first.stop();
    const { alarms, url } = await started();
    expect((await answer(url, link)).status).toBe(200);
    expect(alarms.open()).toMatchObject([{ state: 'acknowledged' }]);
  });

  test('stands in no log, whatever is done with it', async () => {
    web.answers.push(503, 400);
    const { url } = await started();
    await journal.append([goodReading(9.2)]);
    const link = await linkFor('li');
    const token = tokenOf(link);
    for (const path of [`/l/${token}`, `/l/${token}/x`, `/api/v1/links/${token}?x=1`, `/${token}`])
      await fetch(url + path);
    await answer(url, link);
    await answer(url, link);
    await fetch(`${url}/api/v1/links/${token}`, {
      method: 'POST',
      body: 'no json',
      headers: { 'content-type': 'application/json' },
    });
    await until('a failure was logged', () => logged.includes('a message was not delivered'));
    for (const message of messages()) expect(logged).not.toContain(tokenOf(message.link ?? 'no link'));
    expect(JSON.stringify(journal.rows)).not.toContain(token);
    expect(await (await fetch(`${url}/metrics`)).text()).not.toContain(token);
  });
});

test('whom we told, when, by which way and with what answer, every try of it, is proof after a restart', async () => {
  web.answers.push(503);
  const first = await started({ people: [li] });
  await journal.append([goodReading(9.2)]);
  const id = await until('the alarm is raised', () => first.alarms.open()[0]?.id);
  const sent = async (tellings: { ofAlarm(alarm: string): Promise<readonly Telling[]> }) => {
    const [telling] = await tellings.ofAlarm(id);
    return telling?.state === 'sent' ? telling : undefined;
  };
  await until('it is sent', () => sent(first.tellings));
  await first.stop();
  const second = await started({ people: [li] });
  expect(await sent(second.tellings)).toMatchObject({
    event: 'raised',
    person: 'li',
    attempts: [
      { channel: 'webhook', result: 'refused', answer: expect.stringContaining('503') },
      { channel: 'webhook', result: 'sent', answer: 'HTTP 200 seen' },
    ],
  });
});

test('what waited while the gateway was off for hours comes as one digest that says that it is late', async () => {
  const first = await started({ people: [li], keys: ['temp', 'top'] });
  web.answers.push('never');
  const points = ['fridge-1.temp', 'fridge-1.top'];
  await journal.append(points.map((point) => goodReading(9.2, Date.now(), point)));
  await until(
    'two messages wait',
    async () => (await first.tellings.ofAlarm(first.alarms.open()[1]?.id ?? '')).length === 1,
  );
  await until('a try of one is running', () => web.received.length === 1);
  await first.stop();
  web.answers.length = 0;
  web.received.length = 0;
  // As if it had been off: the outbox is three hours older.
  const db = new DatabaseSync(file);
  db.exec(`UPDATE outbox SET at = at - ${3 * HOUR}`);
  db.close();
  await started({ people: [li], keys: ['temp', 'top'] });
  const body = await until('the digest arrives', () => web.received[0]?.body);
  expect(body.event).toBe('digest');
  expect(body.subject.zh).toBe('[迟发][严重] 2 项：一号冰箱 温度 偏高 等');
  expect(body.body.zh).toMatch(/注意：本消息迟发，应于 .+ 发出/);
  expect(body.repeat).toBe(true);
});

test('a provider that says when to come back is not asked before', async () => {
  const asked: number[] = [];
  const slow: Server = createServer((request, response) => {
    request.resume();
    asked.push(performance.now());
    if (asked.length === 1) response.writeHead(429, { 'retry-after': '4' }).end('slow down');
    else response.end('ok');
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/`;
  await started({ people: [li], channels: { webhook: { url, timeout: '5s' } } });
  await journal.append([goodReading(9.2)]);
  await until('it is asked again', () => asked.length === 2);
  expect((asked[1] ?? 0) - (asked[0] ?? 0)).toBeGreaterThanOrEqual(4 * SECOND - 50);
  slow.closeAllConnections();
  slow.close();
});

test('a link is issued for a day and not for longer', async () => {
  const { tellings, alarms } = await started({ people: [li] });
  await journal.append([goodReading(9.2)]);
  const token = tokenOf(await linkFor('li'));
  const expires = Number.parseInt(token.slice(22, 29), 36) * SECOND;
  expect(Math.abs(expires - Date.now() - DAY)).toBeLessThan(MINUTE);
  expect(await tellings.ofAlarm(alarms.open()[0]?.id ?? '')).toHaveLength(1);
});
