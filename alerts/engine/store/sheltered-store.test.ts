import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Announced } from '#model/announcer';
import { silentLog } from '#model/log';
import type { Delivery } from '#model/outbox';
import { anAlarm, anAttempt, announced, newDelivery, telling } from '../../../test/kit/outbox.ts';
import { BEGINNING, type Changes, type Stored } from '../changes.ts';
import { ShelteredStore } from './sheltered-store.ts';
import { AlarmStore } from './store.ts';
import type { StoreState } from './store-calls.ts';

const alarm = (id: string) => anAlarm({ id });

const raise = (n: number): Changes => ({
  position: { ...BEGINNING, cursor: n, alarms: n, events: n },
  points: [],
  alarms: [alarm(`a-${n}`)],
  events: [{ id: n, event: { type: 'raised', at: 2, by: null, comment: null, alarm: alarm(`a-${n}`) } }],
  announced: announced([newDelivery({ person: `p${n}`, alarms: [alarm(`a-${n}`)] })]),
});

let dir: string;
let file: string;
let states: StoreState[];
let store: ShelteredStore;

const open = () => new ShelteredStore({ file, log: silentLog, onState: (state) => states.push(state) });
const next = () => store.run('next', []) as Delivery[];
/** From now on the database itself says no: a mistake of ours, not of the disk. */
const forbidding = () => {
  const home = new DatabaseSync(file);
  home.exec('PRAGMA journal_mode = WAL');
  home.exec("CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'x'); END");
  home.close();
};

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-shelter-'));
  file = join(dir, 'alarms.sqlite');
  states = [];
});
afterEach(() => {
  store.close();
  rmSync(dir, { recursive: true });
});

test('what is no fault of the disk is thrown and stays on disk', () => {
  store = open();
  store.run('commit', [raise(1)]);
  forbidding();
  expect(() => store.run('commit', [raise(2)])).toThrow('x');
  expect(states).toEqual([]);
});

test('a file that is no database is kept, and a new one begun', () => {
  writeFileSync(file, 'this is no database, and it is long enough to be looked at twice'.repeat(40));
  store = open();
  expect(states).toEqual([{ unsaved: null, damaged: `${file}.damaged` }]);
  expect(readFileSync(`${file}.damaged`, 'utf8')).toContain('no database');
  store.run('commit', [raise(1)]);
  expect(next()).toHaveLength(1);
});

test('a second damaged file does not take the place of the first', () => {
  for (const words of ['first', 'second']) {
    writeFileSync(file, words.repeat(400));
    store = open();
    store.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
  store = open();
  expect(readFileSync(`${file}.damaged`, 'utf8')).toContain('first');
  expect(readFileSync(`${file}.damaged-2`, 'utf8')).toContain('second');
});

test('a page that went bad is found at the start, not at the first alarm', () => {
  store = open();
  for (let n = 1; n < 200; n++) store.run('commit', [raise(n)]);
  store.close();
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096 * 3, 4096 * 5);
  writeFileSync(file, bytes);
  store = open();
  expect(states).toEqual([{ unsaved: null, damaged: `${file}.damaged` }]);
});

test('a file of a newer version is neither touched nor set aside', () => {
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(open).toThrow(expect.objectContaining({ code: 'journal-newer' }));
  expect(readdirSync(dir)).toEqual(['alarms.sqlite']);
  rmSync(file);
  store = open();
});

test('what was raised in the shelter and what was sent from it is on disk afterwards, under the same numbers', () => {
  const home = new AlarmStore(file);
  home.commit(raise(1));
  const shelter = new AlarmStore(':memory:');
  shelter.take(home.needed());
  shelter.commit(raise(2));
  const [first, second] = shelter.next();
  shelter.settle(first?.id ?? 0, anAttempt());
  home.take(shelter.everything());
  expect(home.next()).toEqual([second]);
  expect(home.load().alarms.map((stored) => stored.alarm.id)).toEqual(['a-1', 'a-2']);
  expect(home.events('a-2')).toHaveLength(1);
  expect(home.ofAlarm('a-2')).toMatchObject([{ person: 'p2', state: 'waiting' }]);
  expect(home.ofAlarm('a-1')).toMatchObject([
    { person: 'p1', state: 'sent', attempts: [{ answer: 'HTTP 200' }] },
  ]);
  home.commit(raise(3));
  expect(home.next().map(({ id }) => id)).toEqual([2, 3]);
  home.close();
  shelter.close();
  store = open();
});

/** Keeps and forgets what an announcer says. */
const keeping = (n: number, ...changed: Announced['changed']): Changes => ({
  ...raise(n),
  announced: { ...announced([]), changed },
});

test('what was forgotten in the shelter is not remembered again afterwards', () => {
  const home = new AlarmStore(file);
  home.commit(keeping(1, ['alarm/a-1', 'open'], ['waiting/a-1', 'told later']));
  const shelter = new AlarmStore(':memory:');
  shelter.take(home.needed());
  shelter.commit(keeping(2, ['alarm/a-1', 'over'], ['waiting/a-1', null]));
  home.replace(shelter.everything());
  expect(home.load().kept).toEqual([['alarm/a-1', 'over']]);
  home.close();
  shelter.close();
  store = open();
});

test('a shelter that could read nothing of its store takes nothing from it', () => {
  rmSync(dir, { recursive: true });
  store = open();
  expect(states).toMatchObject([{ damaged: null }]);
  const { position } = store.run('load', []) as Stored;
  const { events, ...rest } = keeping(2, ['alarm/a-2', 'open']);
  const numbered = events.map((event, index) => ({ ...event, id: position.events + index + 1 }));
  store.run('commit', [{ ...rest, events: numbered }]);
  mkdirSync(dir);
  const home = new AlarmStore(file);
  home.commit(keeping(1, ['alarm/a-1', 'open']));
  home.close();
  store.retry();
  expect((store.run('load', []) as Stored).kept.map(([key]) => key)).toEqual(['alarm/a-1', 'alarm/a-2']);
  for (const id of ['a-1', 'a-2']) expect(store.run('events', [id])).toHaveLength(1);
});

test('who heard of an alarm before the shelter hears in it that it is over, though a reminder was withdrawn', () => {
  const home = new AlarmStore(file);
  home.commit(raise(1));
  for (const { id } of home.next()) home.settle(id, anAttempt());
  const shelter = new AlarmStore(':memory:');
  shelter.take(home.needed());
  home.close();
  const of = { person: 'p1', alarms: [alarm('a-1')] };
  shelter.commit(telling([newDelivery({ ...of, key: 'k2', event: 'reminder' })]));
  shelter.commit(telling([], ['a-1']));
  shelter.commit(telling([newDelivery({ ...of, key: 'k3', event: 'cleared' })]));
  expect(shelter.next().map(({ event }) => event)).toEqual(['cleared']);
  shelter.close();
  store = open();
});
