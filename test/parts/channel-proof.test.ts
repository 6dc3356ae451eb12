import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Person } from '#model/site';
import { realClock } from '#model/time';
import { Notifier } from '../../alerts/notify/send/notifier.ts';
import { loadPlugins } from '../../gateway/plugins.ts';
import { alarmEngine, alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import { ALIYUN_KEY, type AliyunSmsServer, startAliyunSmsServer } from '../kit/aliyun-sms-server.ts';
import { type DingtalkServer, startDingtalkServer } from '../kit/dingtalk-server.ts';
import { until } from '../kit/until.ts';

/* An alarm on its way through robot and SMS: who was told by what is on record, and no key with it. */

const li: Person = {
  ...{ id: 'li', name: '李工', language: 'zh', phone: '13800000000' },
  channels: ['dingtalk', 'aliyun-sms'],
};

let robot: DingtalkServer;
let cloud: AliyunSmsServer;
let file: string;
let remove: () => Promise<void>;
let stop: () => Promise<void>;

beforeEach(async () => {
  robot = await startDingtalkServer({ secret: 'SECright0000' });
  cloud = await startAliyunSmsServer();
  ({ file, remove } = await alarmFile());
});

afterEach(async () => {
  await stop();
  await robot.close();
  await cloud.close();
  await remove();
});

async function alarmed(secret: string): Promise<void> {
  const journal = new MemoryJournal();
  const channels = {
    dingtalk: { url: robot.url, secret, timeout: '5s' },
    'aliyun-sms': {
      ...{ 'access-key-id': ALIYUN_KEY.id, 'access-key-secret': ALIYUN_KEY.secret, template: 'SMS_1' },
      ...{ 'sign-name': '第二人民医院', parameters: { what: '{subject}', todo: '{advice}' }, longest: 35 },
      ...{ endpoint: cloud.origin, timeout: '5s' },
    },
  };
  const site = alarmSite({ rules: [limitRule({ onDelay: 0 })], people: [li], channels });
  const { engine, meter } = alarmEngine(site, journal, file);
  const notifier = new Notifier({
    ...{ site, meter, outbox: engine.outbox, dir: `${file}-channels`, clock: realClock, log: silentLog },
    channels: (await loadPlugins()).channels,
  });
  stop = async () => {
    await notifier.stop();
    await engine.stop();
  };
  await engine.start();
  await notifier.start();
  await journal.append([goodReading(9.2)]);
}

const attempts = (): readonly Record<string, unknown>[] => {
  const db = new DatabaseSync(file, { readOnly: true });
  const rows = db.prepare('SELECT channel, result, answer FROM attempts ORDER BY id').all();
  db.close();
  return rows;
};

/** Everything that the gateway has written. */
const written = (): string =>
  readdirSync(dirname(file), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');

test('an alarm reaches the group, and the proof of it is the robot’s answer', async () => {
  await alarmed('SECright0000');
  await until('the robot took it', () => attempts().length === 1);
  expect(attempts()).toEqual([
    { channel: 'dingtalk', result: 'sent', answer: 'HTTP 200 {"errcode":0,"errmsg":"ok"}' },
  ]);
  expect(JSON.parse(robot.received[0]?.text ?? '').text.content).toMatch(/^\[严重\] 一号冰箱[\s\S]*处置/);
});

test('a robot that refuses its signature is followed by an SMS at once; what is kept of both holds no key', async () => {
  // First an answer that holds all that it was sent.
  robot.misdeeds.push('echo');
  await alarmed('SECwrong0000');
  await until('the SMS was taken', () => attempts().some(({ result }) => result === 'sent'));
  expect(attempts()).toMatchObject([
    { channel: 'dingtalk', result: 'refused' },
    { channel: 'dingtalk', result: 'misconfigured' },
    { channel: 'aliyun-sms', result: 'sent' },
  ]);
  expect(attempts()[0]?.['answer']).toContain('/robot/send***');
  expect(attempts()[1]?.['answer']).toContain('sign not match');
  const sent = JSON.parse(cloud.received[0]?.query.get('TemplateParam') ?? '');
  expect(sent.what).toContain('一号冰箱');
  await stop();
  const token = new URL(robot.url).searchParams.get('access_token') ?? '';
  for (const secret of [token, 'SECwrong0000', ALIYUN_KEY.secret, ALIYUN_KEY.id]) {
    expect(written()).not.toContain(secret);
  }
});
