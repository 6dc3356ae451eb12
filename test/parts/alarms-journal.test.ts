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
async function gateway() {
  const deps = { clock: realClock, log: silentLog, meter: silentMeter };
  const journal = new FileJournal({ dir: join(dir, 'journal'), ...deps });
  await journal.start();
  const site = alarmSite({
    rules: [limitRule({ onDelay: 0 })],
    keys: ['temp', 'other'],
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

test('a hundred crossings under load are a hundred alarms and a hundred all-clears, in turn', async () => {
  const { journal, stop } = await gateway();
  const start = Date.now();
  const delays: number[] = [];
  for (let round = 0; round < 100; round++) {
    const load = Array.from({ length: 50 }, (_, n) =>
      goodReading(5, start + round * 50 + n, 'fridge-1.other'),
    );
    await journal.append(load);
    const before = web.received.length;
    const crossed = performance.now();
    await journal.append([goodReading(9, start + 2 * round)]);
    await until('it is told', () => web.received.length > before);
    delays.push(performance.now() - crossed);
    await journal.append([goodReading(5, start + 2 * round + 1)]);
    await until('its end is told', () => web.received.length > before + 1);
  }
  const sorted = delays.toSorted((a, b) => a - b);
  console.log(
    `crossing to webhook, ms: median ${sorted[50]?.toFixed(0)}, worst ${sorted[99]?.toFixed(0)} (asked every 20 ms)`,
  );
  expect(web.received.map(({ body }) => body.event)).toEqual(Array(100).fill(['raised', 'cleared']).flat());
  expect(new Set(web.received.map(({ body }) => body.key)).size).toBe(200);
  await stop();
});
