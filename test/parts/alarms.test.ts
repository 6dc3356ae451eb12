import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlarmEvent } from '#model/alarm';
import type { Site } from '#model/site';
import { HOUR } from '#model/time';
import type { AlarmEngine } from '../../alerts/engine/engine.ts';
import { alarmEngine, alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule, noDataRule } from '../kit/alarms-site.ts';
import { until } from '../kit/until.ts';

const li = { id: 'li', name: '李工', channels: ['webhook'] };
const atOnce = alarmSite({ rules: [limitRule({ onDelay: 0 })], people: [li] });

let file: string;
let remove: () => Promise<void>;
let journal: MemoryJournal;
const running: AlarmEngine[] = [];

beforeEach(async () => {
  ({ file, remove } = await alarmFile());
  journal = new MemoryJournal();
});

afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  await remove();
});

async function started(site: Site = atOnce): Promise<AlarmEngine> {
  const { engine } = alarmEngine(site, journal, file);
  running.push(engine);
  await engine.start();
  return engine;
}

async function raised(engine: AlarmEngine): Promise<string> {
  const event = nextEvent(engine, 'raised');
  await journal.append([goodReading(9)]);
  return (await event).alarm.id;
}

const nextEvent = (engine: AlarmEngine, type: AlarmEvent['type']): Promise<AlarmEvent> =>
  new Promise((resolve) => {
    const stop = engine.onEvent((event) => {
      if (event.type !== type) return;
      stop();
      resolve(event);
    });
  });

test('a value beyond the limit is an open alarm with the rule in force, told to whom the route says', async () => {
  const engine = await started();
  const id = await raised(engine);
  expect(engine.open()).toMatchObject([
    { id, state: 'unacknowledged', value: 9, rule: { id: 'high', limit: 8 } },
  ]);
  expect(await engine.outbox.next()).toMatchObject([
    { event: 'raised', person: 'li', waiting: 1, doubtful: false },
  ]);
  const cleared = nextEvent(engine, 'cleared');
  await journal.append([goodReading(5)]);
  expect((await cleared).alarm.state).toBe('returned');
  expect((await engine.events(id)).map(({ type }) => type)).toEqual(['raised', 'cleared']);
  expect(await engine.history(Date.now() - HOUR, Date.now() + HOUR, 10)).toMatchObject([{ id }]);
});

test('an event is on disk before anybody hears of it', async () => {
  const engine = await started();
  const seen = new Promise((resolve) => {
    engine.onEvent(({ alarm }) => {
      const db = new DatabaseSync(file, { readOnly: true });
      resolve(db.prepare('SELECT count(*) AS n FROM outbox JOIN alarms ON alarms.id = ?').get(alarm.id));
      db.close();
    });
  });
  await journal.append([goodReading(9)]);
  expect(await seen).toEqual({ n: 1 });
});

test('what a person does is in the journal with the name, survives a restart and is applied once', async () => {
  const engine = await started();
  const id = await raised(engine);
  const after = await engine.act(id, 'li', { type: 'acknowledge', comment: '去看了' });
  expect(after).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'li', comment: '去看了' } });
  expect(journal.rows.at(-1)).toMatchObject({
    event: { type: 'alarm-acknowledged', by: 'li', data: { alarm: id } },
  });
  await engine.stop();
  const again = await started();
  expect(again.open()).toEqual([after]);
  expect((await again.events(id)).map(({ type }) => type)).toEqual(['raised', 'acknowledged']);
});

test('an act that reached the journal but not the alarm store is applied at the next start', async () => {
  const engine = await started();
  const id = await raised(engine);
  await engine.stop();
  await journal.record({
    type: 'alarm-acknowledged',
    at: Date.now(),
    by: 'li',
    data: { alarm: id, comment: 'x' },
  });
  const again = await started();
  await until('the act is applied', () => again.open()[0]?.state === 'acknowledged');
});

test('an act that the journal refuses changes nothing', async () => {
  const engine = await started();
  const id = await raised(engine);
  journal.refuses = new Error('disk full');
  await expect(engine.act(id, 'li', { type: 'acknowledge', comment: '' })).rejects.toThrow('disk full');
  expect(engine.open()).toMatchObject([{ state: 'unacknowledged' }]);
});

describe('acts that cannot be', () => {
  test('on an alarm that never was', async () => {
    const engine = await started();
    const act = engine.act('nonsense', 'li', { type: 'comment', comment: '' });
    await expect(act).rejects.toMatchObject({ code: 'alarm-unknown' });
  });

  test('on an alarm that is over', async () => {
    const engine = await started();
    const id = await raised(engine);
    await engine.act(id, 'li', { type: 'acknowledge', comment: '' });
    const cleared = nextEvent(engine, 'cleared');
    await journal.append([goodReading(5)]);
    await cleared;
    const act = engine.act(id, 'li', { type: 'comment', comment: '' });
    await expect(act).rejects.toMatchObject({ code: 'alarm-over' });
  });

  test('two at once on an alarm that the first one ends: the second hears that it is over', async () => {
    const engine = await started();
    const id = await raised(engine);
    const cleared = nextEvent(engine, 'cleared');
    await journal.append([goodReading(5)]);
    await cleared;
    const acts = await Promise.allSettled([
      engine.act(id, 'li', { type: 'acknowledge', comment: '' }),
      engine.act(id, 'wang', { type: 'acknowledge', comment: '' }),
    ]);
    expect(acts.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(acts[1]).toMatchObject({ reason: { code: 'alarm-over' } });
  });

  test('a shelf that ends in the past', async () => {
    const engine = await started();
    const id = await raised(engine);
    const act = engine.act(id, 'li', { type: 'shelve', until: Date.now() - 1, comment: 'defrosting' });
    await expect(act).rejects.toMatchObject({ code: 'request-invalid' });
  });
});

test('silence is an alarm, and the first good reading ends it', async () => {
  const engine = await started(alarmSite({ rules: [noDataRule({ after: 1500 })], every: 500 }));
  const event = await nextEvent(engine, 'raised');
  expect(event.alarm).toMatchObject({ rule: { id: 'no-data' }, value: null });
  const cleared = nextEvent(engine, 'cleared');
  await journal.append([goodReading(5)]);
  expect((await cleared).alarm.id).toBe(event.alarm.id);
});

test('time in which the gateway did not run is not silence, and silence before it is not forgotten', async () => {
  const site = alarmSite({ rules: [noDataRule({ after: 60_000 })] });
  const engine = await started(site);
  await journal.append([goodReading(5)]);
  await engine.stop();
  const db = new DatabaseSync(file);
  const stored = JSON.parse(String(db.prepare('SELECT doc FROM position').get()?.['doc']));
  // The gateway stopped a day ago, after 58 s of silence.
  const position = { ...stored, now: stored.now - 24 * HOUR, watched: stored.watched + 58_000 };
  db.prepare('UPDATE position SET doc = ?').run(JSON.stringify(position));
  db.close();
  const again = await started(site);
  expect(again.open()).toEqual([]);
  const { alarm } = await nextEvent(again, 'raised');
  expect(alarm.rule.id).toBe('no-data');
});

test('an alarm whose rule left the site file is closed, and says why', async () => {
  const engine = await started();
  const id = await raised(engine);
  await engine.stop();
  const again = await started(alarmSite({ rules: [noDataRule()] }));
  expect(again.open()).toMatchObject([{ id, state: 'returned' }]);
  expect((await again.events(id)).at(-1)).toMatchObject({
    type: 'cleared',
    by: null,
    comment: expect.stringContaining('no longer'),
  });
});

test('a running delay goes on after a restart and is not started again', async () => {
  const site = alarmSite({ rules: [limitRule({ onDelay: 60_000 })], every: 30_000 });
  const start = Date.now() - 10 * 60_000;
  const engine = await started(site);
  await journal.append([goodReading(9, start)]);
  await journal.append([goodReading(9, start + 30_000)]);
  await engine.stop();
  const again = await started(site);
  const event = nextEvent(again, 'raised');
  await journal.append([goodReading(9, start + 60_000)]);
  expect((await event).alarm).toMatchObject({ since: start, raisedAt: start + 60_000 });
});

test('a journal that was replaced is read from its beginning', async () => {
  const engine = await started();
  for (let n = 0; n < 5; n++) await journal.append([goodReading(5)]);
  await raised(engine);
  await engine.stop();
  journal = new MemoryJournal();
  await journal.append([goodReading(5, Date.now() + 1)]);
  const again = await started();
  await until('the alarm is cleared by the new journal', () => again.open()[0]?.state === 'returned');
});

describe('a disk that hangs', () => {
  /** Another process holds the file: every commit fails after five seconds. */
  function lock(): DatabaseSync {
    const db = new DatabaseSync(file);
    db.exec('BEGIN EXCLUSIVE');
    return db;
  }

  test('holds up neither the program nor the evaluation, and loses nothing', async () => {
    const engine = await started();
    const heard: string[] = [];
    engine.onEvent(({ type }) => heard.push(type));
    const db = lock();
    let turns = 0;
    const turning = setInterval(() => turns++, 10);
    await journal.append([goodReading(9)]);
    await until('the alarm is judged', () => engine.open().length === 1);
    await journal.append([goodReading(5)]);
    await until('its end is judged', () => engine.open()[0]?.state === 'returned');
    await until('the program goes on', () => turns > 50);
    expect(heard).toEqual([]);
    clearInterval(turning);
    db.exec('ROLLBACK');
    db.close();
    await until('both are stored and said', () => heard.length === 2);
    expect(heard).toEqual(['raised', 'cleared']);
  });

  test('for longer than a commit waits: it is tried again until it succeeds, and written once', async () => {
    const engine = await started();
    const db = lock();
    await journal.append([goodReading(9)]);
    const act = until('the alarm is judged', () => engine.open()[0]).then(({ id }) =>
      engine.act(id, 'li', { type: 'acknowledge', comment: '' }),
    );
    // The store answers in turn: by now the first commit has waited in vain.
    await engine.history(0, 1, 1);
    db.exec('ROLLBACK');
    db.close();
    const { id, state } = await act;
    expect(state).toBe('acknowledged');
    expect((await engine.events(id)).map(({ type }) => type)).toEqual(['raised', 'acknowledged']);
  });
});
