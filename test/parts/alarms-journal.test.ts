import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { HOUR, realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { alarmsWithNotifier, goodReading } from '../kit/alarms-engine.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';
import { startWebhookServer, type WebhookServer } from '../kit/webhook.ts';

let dir: string;
let web: WebhookServer;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-alarms-'));
  web = await startWebhookServer();
});

afterEach(async () => {
  await web.close();
  await rm(dir, { recursive: true });
});

/** The journal on disk, the alarms behind it and the way to people, as main puts them together. */
async function gateway(keys: readonly string[] = ['temp', 'other']) {
  const deps = { clock: realClock, log: silentLog, meter: silentMeter };
  const journal = new FileJournal({ dir: join(dir, 'journal'), ...deps });
  await journal.start();
  const site = alarmSite({
    rules: [limitRule({ onDelay: 0 })],
    keys,
    every: 100,
    people: [{ id: 'li', name: '李工', channels: ['webhook'] }],
    channels: { webhook: { url: web.url, timeout: '5s' } },
  });
  const alarms = alarmsWithNotifier(site, journal, join(dir, 'alarms.sqlite'));
  await alarms.start();
  const stop = async () => {
    await alarms.stop();
    await journal.stop();
  };
  return { journal, engine: alarms.engine, stop };
}

test('behind the real journal: raised, told, acknowledged under the name, restarted, cleared', async () => {
  const first = await gateway();
  await first.journal.append([goodReading(9)]);
  await until('the alarm is told', () => web.received.length === 1);
  const id = first.engine.open()[0]?.id ?? '';
  await first.engine.act(id, 'li', { type: 'acknowledge', comment: '去看了' });
  const events = await first.journal.history.events(Date.now() - HOUR, Date.now() + HOUR, 100);
  expect(events).toContainEqual(expect.objectContaining({ type: 'alarm-acknowledged', by: 'li' }));
  await first.stop();

  const second = await gateway();
  expect(second.engine.open()).toMatchObject([{ id, state: 'acknowledged' }]);
  await second.journal.append([goodReading(5)]);
  await until('the all-clear is told', () => web.received.length === 2);
  expect(web.received.map(({ body }) => [body.event, body.repeat])).toEqual([
    ['raised', false],
    ['cleared', false],
  ]);
  expect(second.engine.open()).toEqual([]);
  expect((await second.engine.events(id)).map(({ type }) => type)).toEqual([
    'raised',
    'acknowledged',
    'cleared',
  ]);
  await second.stop();
});

test('what was journaled while no alarm engine ran is judged at its start', async () => {
  const first = await gateway();
  await first.stop();
  const deps = { clock: realClock, log: silentLog, meter: silentMeter };
  const journal = new FileJournal({ dir: join(dir, 'journal'), ...deps });
  await journal.start();
  for (let n = 0; n < 300; n++)
    await journal.append([goodReading(n === 150 ? 9 : 5, Date.now() + n, 'fridge-1.other')]);
  await journal.stop();
  const second = await gateway();
  await until('both are told', () => web.received.length === 2);
  await second.stop();
});

test('a hundred points that cross under load are a hundred alarms, each told at once, and a hundred ends', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => `p${n}`);
  const { journal, engine, stop } = await gateway(['temp', 'other', ...keys]);
  const start = Date.now();
  for (const [round, key] of keys.entries()) {
    const load = Array.from({ length: 50 }, (_, n) =>
      goodReading(5, start + round * 50 + n, 'fridge-1.other'),
    );
    await journal.append(load);
    await journal.append([goodReading(9, start + round, `fridge-1.${key}`)]);
    await until('it is told', () => web.received.length === round + 1);
  }
  const raised = engine.open().map(({ id }) => id);
  expect(web.received.map(({ body }) => body.event)).toEqual(Array(100).fill('raised'));
  expect(new Set(web.received.map(({ body }) => body.key)).size).toBe(100);
  await journal.append(keys.map((key, round) => goodReading(5, start + 100 + round, `fridge-1.${key}`)));
  await until('all are over', () => engine.open().every(({ clearedAt }) => clearedAt !== null));
  for (const id of raised) {
    expect((await engine.events(id)).map(({ type }) => type)).toEqual(['raised', 'cleared']);
  }
  await stop();
});
