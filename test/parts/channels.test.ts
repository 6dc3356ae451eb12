import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Person } from '#model/site';
import { alarmFile, alarmsWithNotifier, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule, type SiteParts } from '../kit/alarms-site.ts';
import { freePort } from '../kit/free-port.ts';
import { type MailServer, startMailServer, textOf } from '../kit/smtp.ts';
import { until } from '../kit/until.ts';
import { startWebhookServer, type WebhookServer } from '../kit/webhook.ts';

const li: Person = {
  id: 'li',
  name: '李工',
  language: 'zh',
  email: 'li@hospital.example',
  channels: ['webhook'],
};
const wang: Person = {
  id: 'wang',
  name: '王护士',
  language: 'zh',
  email: 'wang@hospital.example',
  channels: ['email'],
};

let web: WebhookServer;
let mail: MailServer;
let file: string;
let remove: () => Promise<void>;
let journal: MemoryJournal;
const running: { stop(): Promise<void> }[] = [];

beforeEach(async () => {
  web = await startWebhookServer();
  mail = await startMailServer();
  ({ file, remove } = await alarmFile());
  journal = new MemoryJournal();
});

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
  await web.close();
  await mail.close();
  await remove();
});

const channelsOf = () => ({
  webhook: { url: web.url, timeout: '10s', secret: 'key of the hook' },
  email: { host: '127.0.0.1', port: mail.port, security: 'plain', from: 'Hygate <alarm@hospital.example>' },
});

/** Long enough for a receiver on a busy machine; short only where nobody answers. */
const TRY_WITHIN = { usual: 20_000, short: 4000 };

async function started(
  people: readonly Person[],
  channels: SiteParts['channels'] = channelsOf(),
  tryWithin = TRY_WITHIN.usual,
) {
  const site = alarmSite({ rules: [limitRule({ onDelay: 0 })], people, channels });
  const alarms = alarmsWithNotifier(site, journal, file, tryWithin);
  running.push(alarms);
  await alarms.start();
  return alarms;
}

const states = (): Record<string, unknown>[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db
    .prepare('SELECT event, person, state, tries, channel, answer FROM outbox ORDER BY id')
    .all();
  db.close();
  return rows;
};

const attempts = (): unknown[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT channel, result FROM attempts ORDER BY id').all();
  db.close();
  return rows.map(({ channel, result }) => `${channel} ${result}`);
};

const settled = () =>
  until('every message is settled', () => {
    const rows = states();
    return rows.length > 0 && rows.every(({ state }) => state !== 'waiting');
  });

test('a webhook gets the alarm and its all-clear, signed over the very bytes, each with its key', async () => {
  await started([li]);
  await journal.append([goodReading(9.2)]);
  await until('the alarm arrives', () => web.received.length === 1);
  await journal.append([goodReading(5)]);
  await until('the all-clear arrives', () => web.received.length === 2);
  const [raised, cleared] = web.received;
  expect(raised?.body).toMatchObject({ event: 'raised', repeat: false, to: { id: 'li' } });
  expect(raised?.body.subject.zh).toBe('[严重] 一号冰箱 温度 偏高 9.2 °C');
  expect(raised?.body.body.en).toContain('Value: 9.2 °C');
  expect(cleared?.body).toMatchObject({ event: 'cleared' });
  const signature = createHmac('sha256', 'key of the hook')
    .update(raised?.text ?? '')
    .digest('hex');
  expect(raised?.headers['x-hygate-signature']).toBe(`sha256=${signature}`);
  expect(raised?.headers['idempotency-key']).toBe(`${raised?.body.key}/li`);
  expect(cleared?.headers['idempotency-key']).not.toBe(raised?.headers['idempotency-key']);
  await settled();
  expect(states()).toMatchObject([
    { state: 'sent', tries: 1, answer: 'HTTP 200 seen' },
    { state: 'sent', tries: 1 },
  ]);
});

test('an e-mail carries both languages and a Message-ID of its own', async () => {
  await started([wang]);
  await journal.append([goodReading(9.2)]);
  const { to, raw } = await until('the mail arrives', () => mail.received[0]);
  expect(to).toEqual(['wang@hospital.example']);
  expect(textOf(raw)).toContain('数值：9.2 °C');
  expect(textOf(raw)).toContain('What to do: Check the door');
  expect(raw).toMatch(/^message-id: <[0-9a-f]{32}@hospital\.example>/im);
  expect(raw).toMatch(/^auto-submitted: auto-generated/im);
});

test('503, then 200: the same message is sent again and counted', async () => {
  web.answers.push(503);
  const { meter } = await started([li]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual(['webhook refused', 'webhook sent']);
  expect(web.received.map(({ headers }) => headers['idempotency-key'])).toEqual([
    web.received[0]?.headers['idempotency-key'],
    web.received[0]?.headers['idempotency-key'],
  ]);
  const metrics = await meter.registry.metrics();
  expect(metrics).toContain('hygate_message_failures_total{channel="webhook",reason="refused"} 1');
  expect(metrics).toContain('hygate_messages_sent_total{channel="webhook"} 1');
});

test('SMTP 450, then 250: the same letter is sent again', async () => {
  mail.answers.push(450);
  await started([wang]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual(['email refused', 'email sent']);
  expect(mail.received).toHaveLength(1);
});

test.each([
  [400, 'rejected'],
  [401, 'misconfigured'],
  [404, 'misconfigured'],
  [302, 'misconfigured'],
])('HTTP %i is not tried again: the next channel takes over at once', async (status, result) => {
  web.answers.push(status);
  await started([{ ...li, channels: ['webhook', 'email'] }]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual([`webhook ${result}`, 'email sent']);
  expect(mail.received).toHaveLength(1);
});

test('a receiver that is not there for a moment gets the message after a rest, also as the only channel', async () => {
  web.answers.push(404);
  await started([li]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual(['webhook misconfigured', 'webhook sent']);
});

test('when every channel refuses for good, the message is given up and the next one is not held', async () => {
  web.answers.push(400);
  await started([li]);
  await journal.append([goodReading(9)]);
  await journal.append([goodReading(5)]);
  await settled();
  expect(states()).toMatchObject([{ state: 'given-up' }, { state: 'sent', event: 'cleared' }]);
});

test('a channel that fails three times rests, and the next of the person takes over', async () => {
  web.answers.push(503, 503, 503, 503);
  await started([{ ...li, channels: ['webhook', 'email'] }]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual(['webhook refused', 'webhook refused', 'webhook refused', 'email sent']);
});

test('a person without an e-mail address is reached by the next channel', async () => {
  await started([{ id: 'zhang', name: '张工', language: 'zh', channels: ['email', 'webhook'] }]);
  await journal.append([goodReading(9)]);
  await settled();
  expect(attempts()).toEqual(['webhook sent']);
});

test('a webhook that never answers does not hold up the e-mail to another person', async () => {
  web.answers.push('never', 'never', 'never', 'never');
  await started([li, wang]);
  await journal.append([goodReading(9)]);
  await until('the webhook hangs', () => web.received.length > 0);
  await until('the mail arrives', () => mail.received.length === 1);
  expect(states()).toMatchObject([{ person: 'li', state: 'waiting' }, { person: 'wang' }]);
});

test('a try without an answer ends by its time-out, and the next try says that it may be a repeat', async () => {
  web.answers.push('never');
  await started([li], channelsOf(), TRY_WITHIN.short);
  await journal.append([goodReading(9)]);
  await settled();
  expect(web.received.map(({ body }) => body.repeat)).toEqual([false, true]);
  expect(attempts()).toEqual(['webhook timeout', 'webhook sent']);
});

test('an SMTP server that accepts connections and says nothing is cut off', async () => {
  const mute: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' ? address?.port : 0;
  await started([wang], { email: { ...channelsOf().email, port } }, TRY_WITHIN.short);
  await journal.append([goodReading(9)]);
  await until('a try has failed', () => attempts().includes('email timeout'));
  mute.close();
});

test('a server that is not there is unreachable, and tried again', async () => {
  await started([li], { webhook: { url: `http://127.0.0.1:${await freePort()}/`, timeout: '5s' } });
  await journal.append([goodReading(9)]);
  await until('a try has failed', () => attempts().includes('webhook unreachable'));
  expect(states()).toMatchObject([{ state: 'waiting' }]);
});

test('what waits in the outbox at a stop is sent once after the start', async () => {
  const site = alarmSite({ rules: [limitRule({ onDelay: 0 })], people: [li], channels: channelsOf() });
  const first = alarmsWithNotifier(site, journal, file);
  await first.engine.start();
  await journal.append([goodReading(9)]);
  await until('the message waits', () => states().length === 1);
  await first.engine.stop();
  await started([li]);
  await settled();
  expect(web.received.map(({ body }) => body.repeat)).toEqual([false]);
});

test('a message that cannot be written is given up, and the next one for the person is sent', async () => {
  const site = alarmSite({ rules: [limitRule({ onDelay: 0 })], people: [li], channels: channelsOf() });
  const first = alarmsWithNotifier(site, journal, file);
  await first.engine.start();
  await journal.append([goodReading(9)]);
  await until('the message waits', () => states().length === 1);
  await first.engine.stop();
  const db = new DatabaseSync(file);
  db.exec(`UPDATE outbox SET alarm = json_set(alarm, '$[0].rule.kind', 'of another version')`);
  db.close();
  await started([li]);
  await journal.append([goodReading(5)]);
  await settled();
  expect(states()).toMatchObject([
    { event: 'raised', state: 'given-up', answer: expect.stringContaining('cannot be written') },
    { event: 'cleared', state: 'sent' },
  ]);
});

test('nothing new is told while an alarm is shelved; what still lasts afterwards is', async () => {
  const { engine } = await started([li]);
  await journal.append([goodReading(9)]);
  await until('the alarm arrives', () => web.received.length === 1);
  const [alarm] = engine.open();
  const end = Date.now() + 6000;
  await engine.act(alarm?.id ?? '', '李工', { type: 'shelve', until: end, comment: '除霜' });
  await engine.act(alarm?.id ?? '', '王护士', { type: 'grant-shelf', comment: '同意' });
  await journal.append([goodReading(5)]);
  await journal.append([goodReading(9.5)]);
  const again = await until('it is told after the shelf', () =>
    web.received.find(({ text }) => text.includes('9.5')),
  );
  expect(Date.now()).toBeGreaterThanOrEqual(end);
  expect(engine.open().every(({ shelvedUntil }) => shelvedUntil === null)).toBe(true);
  expect(again.body.event).toBe('raised');
  // Who was told that it began hears that it is over, shelved or not.
  expect(web.received.map(({ body }) => body.event)).toEqual(['raised', 'cleared', 'raised']);
});

test('killed while sending: the message is sent again, marked as a repeat, under the same key', async () => {
  web.answers.push('never');
  const site = { rules: [limitRule({ onDelay: 0 })], people: [li], channels: channelsOf() };
  const rows = [{ kind: 'readings', seq: 1, arrived: Date.now(), readings: [goodReading(9)] }];
  const script = join(dirname(file), 'script.json');
  await writeFile(script, JSON.stringify({ site, rows }));
  const child = fileURLToPath(new URL('../kit/alarms-child.ts', import.meta.url));
  const life = spawn(process.execPath, [child, script, file], { stdio: 'inherit' });
  const dead = new Promise((resolve) => life.once('exit', resolve));
  await until('the message arrives', () => web.received.length === 1);
  life.kill('SIGKILL');
  await dead;
  journal = new MemoryJournal(rows as never);
  await started([li]);
  await settled();
  expect(web.received.map(({ body }) => body.repeat)).toEqual([false, true]);
  expect(web.received[1]?.body.key).toBe(web.received[0]?.body.key);
});
