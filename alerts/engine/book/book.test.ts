import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { HOUR, MINUTE } from '#model/time';
import { TestBook } from '../../../test/kit/alarm-book.ts';
import { limitRule } from '../../../test/kit/alarms-site.ts';

const NOW = 1_000_000_000_000;
const ACKNOWLEDGE = { type: 'acknowledge', until: null, comment: 'on my way' } as const;
const shelf = (until: number, oneShot = false) =>
  ({ type: 'shelve', until, oneShot, comment: 'defrosting' }) as const;
const ask = (until: number, oneShot = false) => ({ ...shelf(until, oneShot), type: 'ask-shelf' }) as const;
const GRANT = { type: 'grant-shelf', comment: 'yes' } as const;

test('a condition that comes back while the last occurrence is returned is a new occurrence', () => {
  const test = new TestBook();
  test.raise(NOW);
  test.clear(NOW + 1);
  test.raise(NOW + 2);
  expect(test.book.open().map(({ state }) => state)).toEqual(['returned', 'unacknowledged']);
  expect(new Set(test.book.open().map(({ id }) => id)).size).toBe(2);
});

test('what comes after something is not told before it, though a person was a moment quicker than a reading', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.clear(NOW + 20);
  test.act(id, NOW + 15, ACKNOWLEDGE);
  expect(test.events.map(({ type, at }) => [type, at - NOW])).toEqual([
    ['raised', 0],
    ['cleared', 20],
    ['acknowledged', 20],
  ]);
  // A clock that was set back is no moment.
  test.raise(NOW - HOUR);
  expect(test.events.at(-1)?.at).toBe(NOW - HOUR);
});

test('ids are in the order of time', () => {
  const test = new TestBook();
  for (const at of [NOW, NOW + 1, NOW + HOUR, NOW + 10_000 * HOUR]) {
    test.raise(at);
    test.clear(at);
  }
  const ids = test.book.open().map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
});

test('nothing can be done to an alarm that is over', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ACKNOWLEDGE);
  test.clear(NOW + 1);
  expect(test.book.open()).toEqual([]);
  expect(test.act(id, NOW + 2, { type: 'comment', comment: 'x' }).refusal?.code).toBe('alarm-over');
});

test('a second acknowledgement changes nothing', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW + 5, ACKNOWLEDGE);
  const { alarm } = test.act(id, NOW + 9, { ...ACKNOWLEDGE, comment: 'me too' }, 'wang');
  expect(alarm?.acknowledged).toEqual({ at: NOW + 5, by: 'li', comment: 'on my way', until: null });
  expect(test.told(id)).toEqual(['raised', 'acknowledged']);
});

test('an acknowledgement expires while the condition lasts, not before its time and once', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, { ...ACKNOWLEDGE, until: NOW + HOUR });
  test.tick(NOW + HOUR - 1);
  expect(test.alarm(id).state).toBe('acknowledged');
  test.restart();
  test.tick(NOW + HOUR);
  test.tick(NOW + HOUR + 1);
  expect(test.alarm(id)).toMatchObject({ state: 'unacknowledged', acknowledged: null });
  expect(test.told(id)).toEqual(['raised', 'acknowledged', 'acknowledgement-expired']);
});

test('a rule that latches waits for its reset, which comes after acknowledgement and end only', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW, 'fridge-1.temp', limitRule({ latch: true }));
  const reset = { type: 'reset', comment: 'checked' } as const;
  expect(test.act(id, NOW, reset).refusal?.message).toContain('lasts');
  test.clear(NOW + 1);
  expect(test.act(id, NOW + 2, reset).refusal?.message).toContain('acknowledge');
  test.act(id, NOW + 3, ACKNOWLEDGE);
  expect(test.alarm(id).state).toBe('latched');
  test.restart();
  expect(test.act(id, NOW + 4, reset).alarm?.state).toBe('normal');
  expect(test.book.open()).toEqual([]);
});

test('an alarm that still lasts when it comes back from the shelf counts as new, also when somebody had taken it', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ACKNOWLEDGE);
  test.act(id, NOW, shelf(NOW + HOUR));
  test.restart();
  test.tick(NOW + HOUR - 1);
  expect(test.alarm(id)).toMatchObject({ state: 'acknowledged', shelvedUntil: NOW + HOUR });
  test.tick(NOW + HOUR);
  expect(test.alarm(id)).toMatchObject({ state: 'unacknowledged', acknowledged: null, shelvedUntil: null });
  expect(test.told(id)).toEqual(['raised', 'acknowledged', 'shelved', 'unshelved']);
});

test('an occurrence that begins while its condition is shelved is shelved too, and nobody must take it when it ends there', () => {
  const test = new TestBook();
  const first = test.raise(NOW);
  test.act(first.id, NOW, shelf(NOW + HOUR));
  test.clear(NOW + 1);
  test.restart();
  const second = test.raise(NOW + 2);
  expect(second.shelvedUntil).toBe(NOW + HOUR);
  test.clear(NOW + 3);
  expect(test.book.open()).toEqual([]);
});

test('a shelf holds every open occurrence of its condition, and is over for all of them when a person ends it', () => {
  const test = new TestBook();
  const first = test.raise(NOW);
  test.clear(NOW + 1);
  const second = test.raise(NOW + 2);
  test.act(first.id, NOW + 3, shelf(NOW + 2 * HOUR));
  test.act(second.id, NOW + 3, shelf(NOW + HOUR));
  expect(test.book.open().map(({ shelvedUntil }) => shelvedUntil)).toEqual([NOW + HOUR, NOW + HOUR]);
  test.act(second.id, NOW + 4, { type: 'unshelve', comment: '' }, 'wang');
  expect(test.book.open().map(({ shelvedUntil }) => shelvedUntil)).toEqual([null, null]);
  test.clear(NOW + 5);
  expect(test.raise(NOW + 6).shelvedUntil).toBeNull();
  expect(test.act(second.id, NOW + 7, { type: 'unshelve', comment: '' }).refusal?.code).toBe(
    'act-out-of-place',
  );
});

test('a one-shot shelf ends when the alarm clears: the all-clear is heard, and the next one, too', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, shelf(NOW + HOUR, true));
  test.restart();
  test.clear(NOW + 1);
  expect(test.alarm(id)).toMatchObject({ shelvedUntil: null, clearedAt: NOW + 1 });
  expect(test.raise(NOW + 2).shelvedUntil).toBeNull();
});

test('what shelves says whether it is for one shot', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, shelf(NOW + HOUR, true));
  test.act(id, NOW + 1, shelf(NOW + 2 * HOUR));
  const shelved = test.events.filter(({ type }) => type === 'shelved');
  expect(shelved.map(({ oneShot }) => oneShot)).toEqual([true, undefined]);
});

test('a one-shot shelf ends by its time when the alarm does not clear', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, shelf(NOW + HOUR, true));
  test.tick(NOW + HOUR);
  expect(test.alarm(id)).toMatchObject({ shelvedUntil: null, state: 'unacknowledged' });
});

test('a shelf that is asked for silences nothing until another person grants it', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ask(NOW + HOUR), 'li');
  expect(test.alarm(id)).toMatchObject({ shelvedUntil: null, shelfAsk: { by: 'li', until: NOW + HOUR } });
  expect(test.act(id, NOW + 1, GRANT, 'li').refusal?.code).toBe('second-person-needed');
  expect(test.alarm(id).shelvedUntil).toBeNull();
  test.restart();
  test.act(id, NOW + 2, GRANT, 'wang');
  expect(test.alarm(id).shelvedUntil).toBe(NOW + HOUR);
  expect(test.alarm(id)).not.toHaveProperty('shelfAsk');
  expect(test.told(id)).toEqual(['raised', 'shelf-asked', 'shelved']);
  expect(test.act(id, NOW + 3, GRANT, 'zhao').refusal?.code).toBe('act-out-of-place');
});

test('who asks again after a colleague did cannot be granted by themselves, but by the colleague', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ask(NOW + HOUR), 'li');
  test.act(id, NOW + 1, ask(NOW + 2 * HOUR), 'wang');
  expect(test.act(id, NOW + 2, GRANT, 'wang').refusal?.code).toBe('second-person-needed');
  expect(test.act(id, NOW + 3, GRANT, 'li').alarm?.shelvedUntil).toBe(NOW + 2 * HOUR);
});

test('an ask that nobody grants expires, and says so', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ask(NOW + HOUR), 'li');
  test.restart();
  test.tick(NOW + 15 * MINUTE - 1);
  expect(test.alarm(id)).toHaveProperty('shelfAsk');
  test.tick(NOW + 15 * MINUTE);
  expect(test.alarm(id)).not.toHaveProperty('shelfAsk');
  expect(test.act(id, NOW + 16 * MINUTE, GRANT, 'wang').refusal?.code).toBe('act-out-of-place');
});

test('an ask for a shelf that would be over by now expires with it', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ask(NOW + MINUTE), 'li');
  test.tick(NOW + MINUTE);
  expect(test.alarm(id)).not.toHaveProperty('shelfAsk');
});

test('a one-shot shelf cannot wait for the end of what is over', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ask(NOW + HOUR, true), 'li');
  test.clear(NOW + 1);
  expect(test.alarm(id)).not.toHaveProperty('shelfAsk');
  expect(test.act(id, NOW + 2, shelf(NOW + HOUR, true)).refusal?.code).toBe('act-out-of-place');
  expect(test.act(id, NOW + 2, shelf(NOW + HOUR)).refusal).toBeNull();
});

test('a point out of service is followed and not told; back in service, what lasts counts as new', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  const other = test.raise(NOW, 'fridge-2.temp');
  test.act(id, NOW, ACKNOWLEDGE);
  test.serve('fridge-1.temp', NOW + 1, { type: 'out-of-service', until: NOW + HOUR, comment: 'repair' });
  expect(test.alarm(id)).toMatchObject({ outOfService: true, state: 'acknowledged' });
  expect(test.alarm(other.id).outOfService).toBe(false);
  test.restart();
  expect(test.book.outOfService()).toEqual([
    { point: 'fridge-1.temp', since: NOW + 1, until: NOW + HOUR, by: 'li', comment: 'repair' },
  ]);
  test.clear(NOW + 2);
  const second = test.raise(NOW + 3);
  expect(second.outOfService).toBe(true);
  test.tick(NOW + HOUR - 1);
  expect(test.alarm(second.id).outOfService).toBe(true);
  test.tick(NOW + HOUR);
  expect(test.alarm(second.id)).toMatchObject({ outOfService: false, state: 'unacknowledged' });
  expect(test.told(second.id)).toEqual(['raised', 'in-service']);
  expect(test.book.outOfService()).toEqual([]);
});

test('a person puts a point back in service by name, once', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.serve('fridge-1.temp', NOW, { type: 'out-of-service', until: NOW + HOUR, comment: 'repair' });
  const back = { type: 'in-service', comment: 'done' } as const;
  expect(test.serve('fridge-1.temp', NOW + 1, back, 'wang').refusal).toBeNull();
  expect(test.events.at(-1)).toMatchObject({
    type: 'in-service',
    by: 'wang',
    comment: 'done',
    alarm: { id },
  });
  expect(test.serve('fridge-1.temp', NOW + 2, back).refusal?.code).toBe('act-out-of-place');
});

test('nothing is heard as long as one mark of several is left', () => {
  const test = new TestBook();
  const { id } = test.raise(NOW);
  test.act(id, NOW, ACKNOWLEDGE);
  test.act(id, NOW, shelf(NOW + HOUR));
  test.serve('fridge-1.temp', NOW, { type: 'out-of-service', until: NOW + 2 * HOUR, comment: 'repair' });
  test.tick(NOW + HOUR);
  expect(test.alarm(id)).toMatchObject({ shelvedUntil: null, outOfService: true, state: 'acknowledged' });
  test.tick(NOW + 2 * HOUR);
  expect(test.alarm(id)).toMatchObject({ outOfService: false, state: 'unacknowledged' });
});

test('a rule that was changed while its alarm lasts: the alarm goes on by the new one, and what raised it stays in its events', () => {
  const test = new TestBook();
  const alarm = test.raise(NOW);
  const rule = limitRule({ limit: 10 });
  test.book.revise(alarm, rule, NOW + 1);
  test.book.revise(alarm, rule, NOW + 2);
  expect(test.alarm(alarm.id)).toMatchObject({ rule: { limit: 10 }, state: 'unacknowledged' });
  expect(test.events.map(({ type, alarm: { rule: then } }) => [type, (then as typeof rule).limit])).toEqual([
    ['raised', 8],
    ['commented', 10],
  ]);
});

test('words of a rule that were changed are no event', () => {
  const test = new TestBook();
  const alarm = test.raise(NOW);
  test.book.revise(alarm, limitRule({ advice: { zh: '新', en: 'new' } }), NOW + 1);
  expect(test.told(alarm.id)).toEqual(['raised']);
  expect(test.alarm(alarm.id).rule.advice.en).toBe('new');
});

test('an occurrence that was over when it was found waits for somebody to take it', () => {
  const test = new TestBook();
  const found = { since: NOW, raisedAt: NOW, value: 9, worst: 9, late: true, clearedAt: NOW + 1 };
  test.book.raise({ point: 'fridge-1.temp', rule: limitRule(), ...found }, NOW + HOUR);
  const [alarm] = test.book.open() as [Alarm];
  expect(alarm).toMatchObject({ state: 'returned', late: true });
  expect(test.act(alarm.id, NOW + HOUR, ACKNOWLEDGE).alarm?.state).toBe('normal');
});
