import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { limitRule } from '../../../test/kit/alarms-site.ts';
import { anAlarm, anAttempt, newDelivery, telling } from '../../../test/kit/outbox.ts';
import { AlarmStore } from './store.ts';

const a1 = anAlarm();
const a2 = anAlarm({ id: 'a-2', point: 'fridge-2.temp', rule: limitRule({ severity: 'warning' }) });
const over = anAlarm({ state: 'returned', clearedAt: 9 });
const raised = newDelivery();
const cleared = newDelivery({ event: 'cleared', at: 9, alarms: [over] });
const digest = newDelivery({ event: 'digest', alarms: [a1, a2] });

let store: AlarmStore;
beforeEach(() => {
  store = new AlarmStore(':memory:');
});
afterEach(() => store.close());

const states = (alarm = 'a-1') => store.ofAlarm(alarm).map(({ event, state }) => `${event} ${state}`);
const first = () => store.next()[0]?.id ?? 0;

describe('the queue', () => {
  test('has all that waits, oldest first, and how many wait for each person', () => {
    store.commit(telling([raised, newDelivery({ person: 'wang' }), cleared]));
    expect(store.next().map(({ person, event, waiting }) => [person, event, waiting])).toEqual([
      ['li', 'raised', 2],
      ['wang', 'raised', 1],
      ['li', 'cleared', 2],
    ]);
  });

  test('shows what is urgent also behind a long queue, and never more than can be looked at', () => {
    const many = Array.from({ length: 300 }, (_, n) => newDelivery({ key: `k${n}`, alarms: [a2] }));
    store.commit(telling([...many, raised]));
    const next = store.next();
    expect(next).toHaveLength(101);
    expect(next.at(-1)).toMatchObject({ severity: 'critical', waiting: 301 });
  });

  test('a try that never ended leaves the delivery in doubt', () => {
    store.commit(telling([raised]));
    store.sending(first(), 'sms');
    expect(store.next()).toMatchObject([{ doubtful: true }]);
  });
});

describe('what nothing more is to be said of', () => {
  test('leaves the outbox, and the record says why', () => {
    store.commit(telling([raised, newDelivery({ person: 'wang', alarms: [a2] })]));
    store.commit(telling([], ['a-1']));
    expect(store.next().map(({ person }) => person)).toEqual(['wang']);
    expect(store.ofAlarm('a-1')).toMatchObject([
      { state: 'withdrawn', attempts: [{ result: 'withdrawn', answer: expect.stringContaining('shelved') }] },
    ]);
  });

  test('an all-clear stays for whoever was told', () => {
    store.commit(telling([raised]));
    store.settle(first(), anAttempt());
    store.commit(telling([cleared]));
    store.commit(telling([], ['a-1']));
    expect(states()).toEqual(['raised sent', 'cleared waiting']);
  });

  test('who never heard that it began does not hear that it is over', () => {
    store.commit(telling([raised]));
    store.commit(telling([], ['a-1']));
    store.commit(telling([cleared]));
    expect(states()).toEqual(['raised withdrawn', 'cleared withdrawn']);
    expect(store.next()).toEqual([]);
  });

  test('what comes with the very decision is not taken out, also when the transaction comes twice', () => {
    store.commit(telling([raised]));
    const again = newDelivery({ key: 'a-1.again' });
    store.commit(telling([again], ['a-1']));
    store.commit(telling([again], ['a-1']));
    expect(states()).toEqual(['raised withdrawn', 'raised waiting']);
  });

  test('a digest loses one alarm and keeps the others', () => {
    store.commit(telling([digest]));
    store.commit(telling([], ['a-1']));
    expect(store.next()).toMatchObject([{ alarms: [{ id: 'a-2' }] }]);
    store.commit(telling([], ['a-2']));
    expect(store.next()).toEqual([]);
  });

  test('a digest that may have arrived is not changed under its key', () => {
    store.commit(telling([digest]));
    store.sending(first(), 'sms');
    store.commit(telling([], ['a-1']));
    expect(store.next()).toMatchObject([{ alarms: [{ id: 'a-1' }, { id: 'a-2' }] }]);
  });

  test('a message that is being sent is let go, and not tried again when that fails', () => {
    store.commit(telling([raised]));
    const id = first();
    store.sending(id, 'sms');
    store.commit(telling([], ['a-1']));
    expect(store.next()).toEqual([]);
    store.settle(id, anAttempt({ result: 'refused', state: 'waiting', nextTry: 9 }));
    expect(store.next()).toEqual([]);
    expect(store.telling(id)).toMatchObject({
      state: 'withdrawn',
      attempts: [{ result: 'refused' }, { result: 'withdrawn' }],
    });
  });

  test('a message that is being sent and arrives was sent', () => {
    store.commit(telling([raised]));
    const id = first();
    store.sending(id, 'sms');
    store.commit(telling([], ['a-1']));
    store.settle(id, anAttempt());
    expect(states()).toEqual(['raised sent']);
  });
});

describe('several that become one', () => {
  const both = newDelivery({ key: 'digest.1-2', event: 'digest', at: 9, alarms: [a1, a2] });

  test('the one stands for them, under a key of its own, and each says where it was told', () => {
    store.commit(telling([raised, newDelivery({ alarms: [a2] })]));
    store.merge([1, 2], both);
    expect(store.next()).toMatchObject([{ event: 'digest', waiting: 1, doubtful: false }]);
    expect(states('a-1')).toEqual(['raised merged', 'digest waiting']);
    expect(store.telling(2)?.attempts).toMatchObject([{ result: 'merged', answer: 'told in digest.1-2' }]);
  });

  test('it is in doubt when one of them was', () => {
    store.commit(telling([raised, newDelivery({ alarms: [a2] })]));
    store.sending(2, 'sms');
    store.merge([1, 2], both);
    expect(store.next()).toMatchObject([{ event: 'digest', doubtful: true }]);
  });

  test('twice is once, and what is gone meanwhile comes not back', () => {
    store.commit(telling([raised, newDelivery({ alarms: [a2] })]));
    store.merge([1, 2], both);
    store.merge([1, 2], both);
    store.settle(3, anAttempt());
    store.merge([1, 2], both);
    expect(store.next()).toEqual([]);
    expect(store.ofAlarm('a-1')).toHaveLength(2);
  });
});

describe('a receipt', () => {
  const ask = { receipt: 'biz-1', at: 23, asked: 0 };

  test('is asked for until the provider knows', () => {
    store.commit(telling([raised]));
    store.settle(1, anAttempt({ ask }));
    expect(store.receipts()).toMatchObject([{ id: 1, channel: 'webhook', ask, sentAt: 3 }]);
    store.askAgain(1, { ...ask, at: 60, asked: 1 });
    expect(store.receipts()).toMatchObject([{ ask: { at: 60, asked: 1 } }]);
    store.settle(1, anAttempt({ at: 61, result: 'delivered', state: 'delivered', answer: 'DELIVRD' }));
    expect(store.receipts()).toEqual([]);
    expect(store.telling(1)).toMatchObject({
      state: 'delivered',
      attempts: [{ result: 'sent' }, { result: 'delivered', answer: 'DELIVRD' }],
    });
  });

  test('of what is withdrawn meanwhile, and did not arrive, leads to no other try', () => {
    store.commit(telling([raised]));
    store.settle(1, anAttempt({ ask }));
    store.commit(telling([], ['a-1']));
    store.settle(1, anAttempt({ result: 'undelivered', state: 'waiting', nextTry: 9, doubtful: true }));
    expect(store.next()).toEqual([]);
    expect(states()).toEqual(['raised withdrawn']);
  });

  test('that a raise did not arrive does not bring it after its all-clear', () => {
    store.commit(telling([raised]));
    store.settle(1, anAttempt({ ask }));
    store.commit(telling([cleared]));
    store.settle(2, anAttempt());
    store.settle(1, anAttempt({ result: 'undelivered', state: 'waiting', nextTry: 9, doubtful: true }));
    expect(store.next()).toEqual([]);
    expect(store.telling(1)).toMatchObject({
      state: 'withdrawn',
      attempts: [
        { result: 'sent' },
        { result: 'undelivered' },
        { answer: 'that it is over was told meanwhile' },
      ],
    });
  });

  test('goes along into the shelter', () => {
    store.commit(telling([raised]));
    store.settle(1, anAttempt({ ask }));
    const shelter = new AlarmStore(':memory:');
    shelter.take(store.needed());
    expect(shelter.receipts()).toEqual(store.receipts());
    shelter.close();
  });
});

test('only the first answer by a link stands', () => {
  store.commit(telling([raised]));
  store.answered(1, 70);
  store.answered(1, 80);
  expect(store.telling(1)?.answeredAt).toBe(70);
});

test('a file of version 1, as that version left it, is taken over with all that waits', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-v1-'));
  const file = join(dir, 'alarms.sqlite');
  const old = new DatabaseSync(file);
  old.exec(readFileSync(new URL('../../../test/kit/alarms-version-1.sql', import.meta.url), 'utf8'));
  old.close();
  const upgraded = new AlarmStore(file);
  expect(upgraded.load()).toMatchObject({
    position: { cursor: 7, alarms: 2 },
    alarms: [{ told: ['li'] }, { told: ['li', 'wang'] }],
    kept: [],
  });
  expect(upgraded.next()).toMatchObject([
    { person: 'li', event: 'cleared', severity: 'critical', doubtful: false, alarms: [{ id: 'a-1' }] },
    { person: 'li', event: 'raised', severity: 'warning', alarms: [{ id: 'a-2' }] },
    { person: 'wang', event: 'raised', doubtful: true },
  ]);
  expect(upgraded.ofAlarm('a-1')).toMatchObject([
    { state: 'sent', attempts: [{ channel: 'webhook', answer: 'HTTP 200' }] },
    { state: 'waiting', attempts: [] },
  ]);
  expect(upgraded.eventsBetween(2, 9, 9)).toMatchObject([
    { no: 1, type: 'raised', alarm: { suppressedBy: null } },
    { no: 2, type: 'cleared' },
  ]);
  upgraded.commit(telling([newDelivery({ key: 'new' })]));
  upgraded.close();
  const again = new AlarmStore(file);
  expect(again.next()).toHaveLength(4);
  again.close();
  rmSync(dir, { recursive: true });
});
