import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Site } from '#model/site';
import { testAnswered } from '#model/test-call';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { AlarmEngine } from '../../alerts/engine/engine.ts';
import { announcerOf } from '../../alerts/notify/call/announcer.ts';
import { alarmFile, goodReading } from '../kit/alarms-engine.ts';
import { MemoryJournal } from '../kit/alarms-journal.ts';
import { alarmSite, limitRule } from '../kit/alarms-site.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { until } from '../kit/until.ts';

/*
 * Who is told when, through the real engine and its file: what has fallen due survives a stop at any moment, and
 * nothing is told twice. Monday, 2026-01-05, eight o'clock in Shanghai.
 */

const START = Date.UTC(2026, 0, 5);

const people = ['li', 'head', 'director'].map((id) => ({ id, name: id, channels: ['sms'] }));
const escalate = [
  { after: 5 * MINUTE, to: ['head'] },
  { after: 15 * MINUTE, to: ['director'] },
];
const site: Site = {
  ...alarmSite({
    rules: [limitRule({ onDelay: 0, severity: 'warning' })],
    keys: Array.from({ length: 20 }, (_, index) => `probe-${index}`),
    people,
    routes: [{ areas: null, severities: ['warning'], to: ['li'], escalate }],
  }),
  // At nine.
  testCall: { week: 1, day: 1, at: 540, answerWithin: 5 * MINUTE },
};

let file: string;
let remove: () => Promise<void>;
let clock: HandClock;
let journal: MemoryJournal;
let engine: AlarmEngine;

async function start(): Promise<void> {
  const deps = { clock, log: silentLog, meter: silentMeter, announce: announcerOf(site) };
  engine = new AlarmEngine({ site, journal, file, ...deps });
  await engine.start();
}

async function restart(): Promise<void> {
  await engine.stop();
  await start();
}

beforeEach(async () => {
  ({ file, remove } = await alarmFile());
  clock = new HandClock(START);
  journal = new MemoryJournal();
  await start();
});

afterEach(async () => {
  await engine.stop();
  await remove();
});

/** A second reading by second reading, with all that is to be stored on disk at the end. */
async function pass(length: number): Promise<void> {
  for (const end = clock.wall() + length; clock.wall() < end; ) await clock.advance(SECOND);
}

async function measure(value: number, probe = 0): Promise<void> {
  const before = rows().length;
  await journal.append([goodReading(value, clock.wall(), `fridge-1.probe-${probe}`)], clock.wall());
  await until('the event is stored', () => rows().length > before);
}

/** Everything that stands in the file, events and messages. */
function rows(): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const events = db.prepare('SELECT doc FROM events ORDER BY id').all();
  db.close();
  return events.map(({ doc }) => (JSON.parse(String(doc)) as { type: string }).type);
}

function told(): string[] {
  const db = new DatabaseSync(file, { readOnly: true });
  const messages = db.prepare('SELECT event, person FROM outbox ORDER BY id').all();
  db.close();
  return messages.map(({ event, person }) => `${String(event)} ${String(person)}`);
}

test('the escalation falls due at its time, whenever the gateway was stopped, and each step once', async () => {
  await measure(9);
  expect(told()).toEqual(['raised li']);
  await pass(2 * MINUTE);
  await restart();
  await pass(3 * MINUTE - SECOND);
  await restart();
  expect(told()).toEqual(['raised li']);
  await pass(SECOND);
  await until('the step is told', () => told().length > 1);
  await restart();
  await restart();
  expect(told()).toEqual(['raised li', 'escalated head']);
  // Off for half an hour: the last step is made up.
  await engine.stop();
  clock.step(HOUR / 2);
  await start();
  await pass(SECOND);
  await until('the step is made up', () => told().length > 2);
  await pass(MINUTE);
  await restart();
  expect(told()).toEqual(['raised li', 'escalated head', 'escalated director']);
});

test('what gathers outlives a stop, and its list comes at its time', async () => {
  for (const probe of [0, 1, 2]) await measure(9, probe);
  await restart();
  expect(told()).toEqual(['raised li']);
  await pass(30 * SECOND);
  await until('the list is told', () => told().length > 1);
  await restart();
  await pass(MINUTE);
  expect(told()).toEqual(['raised li', 'digest li']);
});

test('an acknowledgement ends the escalation for good, across a stop', async () => {
  await measure(9);
  const [alarm] = engine.open();
  await engine.act(alarm?.id ?? '', 'li', { type: 'acknowledge', comment: 'on my way' });
  await restart();
  await pass(6 * MINUTE);
  await restart();
  expect(told()).toEqual(['raised li']);
});

test('a test call goes out at its moment, and an answer in the journal is an answer', async () => {
  await engine.stop();
  clock.step(HOUR - MINUTE);
  await start();
  await pass(MINUTE);
  await until('everybody is called', () => told().length === 3);
  expect(told()).toEqual(['test li', 'test head', 'test director']);
  expect(engine.owingTests()).toEqual(['li', 'head', 'director']);
  await journal.record(testAnswered({ person: 'li', by: '李工', at: clock.wall() }));
  await pass(5 * MINUTE);
  expect(engine.unansweredTests()).toEqual(['head', 'director']);
  expect(engine.owingTests()).toEqual(['head', 'director']);
  await restart();
  expect(engine.unansweredTests()).toEqual(['head', 'director']);
  expect(told()).toHaveLength(3);
});
