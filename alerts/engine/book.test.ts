import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AlarmEvent, isQuiet } from '#model/alarm';
import type { Announcer } from '#model/announcer';
import type { NewDelivery } from '#model/outbox';
import { HOUR, MINUTE } from '#model/time';
import { limitRule } from '../../test/kit/alarms-site.ts';
import { AlarmBook, type Finding } from './book.ts';
import { BEGINNING } from './changes.ts';

const KEY = 'fridge-1.temp/high';
const NOW = 1_000_000_000_000;
const EMPTY = { position: BEGINNING, points: [], alarms: [], kept: [] };

/** Tells li of everything that a route would tell. `heard`: ids of alarms that li heard of before. */
function toLi(heard: Iterable<string> = []): Announcer {
  const told = new Set(heard);
  let deliveries: NewDelivery[] = [];
  const tell = (event: 'raised' | 'cleared', { at, alarm }: AlarmEvent) => {
    const key = `${alarm.id}.${at}.${event}`;
    deliveries.push({ key, event, at, person: 'li', severity: alarm.rule.severity, alarms: [alarm] });
    told.add(alarm.id);
  };
  return {
    hear(event) {
      const { type, alarm } = event;
      if (isQuiet(alarm)) return;
      if (type === 'cleared' && told.has(alarm.id)) tell('cleared', event);
      if (type === 'raised' || (type === 'unshelved' && alarm.clearedAt === null)) tell('raised', event);
    },
    tick: () => undefined,
    eventful: false,
    drain() {
      const announced = { deliveries, withdrawn: [], changed: [] };
      deliveries = [];
      return announced;
    },
  };
}

const finding = (since: number): Finding => ({
  ...{ point: 'fridge-1.temp', rule: limitRule(), since, raisedAt: since, value: 9, worst: 9 },
  ...{ late: false, clearedAt: null },
});

const types = (events: readonly { readonly event: AlarmEvent }[]) => events.map(({ event }) => event.type);

const one = (book: AlarmBook) => {
  const [alarm] = book.open();
  if (alarm === undefined) throw new Error('no alarm is open');
  return alarm;
};

const act = (alarm: string, at: number, action: Parameters<AlarmBook['act']>[0]['action']) => ({
  ...{ alarm, at, by: 'li', token: '', action },
});

test('a condition that comes back while the last occurrence is returned is a new occurrence', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  book.raise(finding(NOW), NOW);
  book.clear(KEY, NOW + 1, NOW + 1);
  book.raise(finding(NOW + 2), NOW + 2);
  expect(book.open().map(({ state }) => state)).toEqual(['returned', 'unacknowledged']);
  expect(new Set(book.open().map(({ id }) => id)).size).toBe(2);
});

test('ids are in the order of time', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  for (const at of [NOW, NOW + 1, NOW + HOUR, NOW + 10_000 * HOUR]) {
    book.raise(finding(at), at);
    book.clear(KEY, at, at);
  }
  const ids = book.open().map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted());
});

test('an acknowledgement keeps who, when and why; a second one changes nothing', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  book.raise(finding(NOW), NOW);
  const { id } = one(book);
  book.act(act(id, NOW + 5, { type: 'acknowledge', comment: 'on my way' }));
  book.drain();
  const after = book.act({ ...act(id, NOW + 9, { type: 'acknowledge', comment: 'me too' }), by: 'wang' });
  expect(after?.acknowledged).toMatchObject({ at: NOW + 5, by: 'li', comment: 'on my way' });
  expect(book.drain().events).toEqual([]);
});

test('nothing can be done to an alarm that is over', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  book.raise(finding(NOW), NOW);
  const { id } = one(book);
  book.act(act(id, NOW, { type: 'acknowledge', comment: '' }));
  book.clear(KEY, NOW + 1, NOW + 1);
  expect(book.open()).toEqual([]);
  expect(book.act(act(id, NOW + 2, { type: 'comment', comment: 'x' }))).toBeUndefined();
});

test('an alarm that still lasts when it comes back from the shelf is told again', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  book.raise(finding(NOW), NOW);
  book.act(act(one(book).id, NOW, { type: 'shelve', until: NOW + HOUR, comment: 'defrosting' }));
  book.drain();
  book.unshelve(NOW + HOUR - 1);
  expect(book.drain().events).toEqual([]);
  book.unshelve(NOW + HOUR);
  const { events, announced } = book.drain();
  expect(types(events)).toEqual(['unshelved']);
  expect(announced.deliveries.map(({ event, person }) => [event, person])).toEqual([['raised', 'li']]);
});

test('an occurrence that begins while its condition is shelved is shelved too', () => {
  const book = new AlarmBook(toLi(), EMPTY);
  book.raise(finding(NOW), NOW);
  const { id } = one(book);
  book.act(act(id, NOW, { type: 'acknowledge', comment: '' }));
  book.act(act(id, NOW, { type: 'shelve', until: NOW + HOUR, comment: '' }));
  book.clear(KEY, NOW + 1, NOW + 1);
  book.drain();
  book.raise(finding(NOW + 2), NOW + 2);
  expect(one(book).shelvedUntil).toBe(NOW + HOUR);
  expect(book.drain().announced.deliveries).toEqual([]);
});

type Step = 'raise' | 'clear' | 'acknowledge' | 'shelve' | 'wait' | 'restart';
const walks = fc.array(
  fc.constantFrom<Step>('raise', 'raise', 'clear', 'clear', 'acknowledge', 'shelve', 'wait', 'restart'),
  { maxLength: 40 },
);

test('on any walk, nothing is said from the shelf, and an all-clear follows its own raise', () => {
  fc.assert(
    fc.property(walks, (walk) => {
      let book = new AlarmBook(toLi(), EMPTY);
      let now = NOW;
      let lasting: 'no' | 'yes' = 'no';
      let shelvedUntil = 0;
      const raisedTold = new Set<string>();
      const clearedTold = new Set<string>();
      for (const next of walk) {
        now += MINUTE;
        book.unshelve(now);
        const [alarm] = book.open();
        if (next === 'raise' && lasting === 'no') {
          book.raise(finding(now), now);
          lasting = 'yes';
        } else if (next === 'clear' && lasting === 'yes') {
          book.clear(KEY, now, now);
          lasting = 'no';
        } else if (next === 'acknowledge' && alarm !== undefined) {
          book.act(act(alarm.id, now, { type: 'acknowledge', comment: '' }));
        } else if (next === 'shelve' && alarm !== undefined) {
          shelvedUntil = now + 5 * MINUTE;
          book.act(act(alarm.id, now, { type: 'shelve', until: shelvedUntil, comment: '' }));
        } else if (next === 'wait') now += 10 * MINUTE;
        const { announced } = book.drain();
        for (const { event, key, alarms } of announced.deliveries) {
          const [told] = alarms;
          if (told === undefined) throw new Error('a message about nothing');
          expect(told.shelvedUntil).toBeNull();
          expect(raisedTold.has(key) || clearedTold.has(key)).toBe(false);
          if (event === 'raised') raisedTold.add(told.id);
          else {
            expect(raisedTold.has(told.id)).toBe(true);
            expect(clearedTold.has(told.id)).toBe(false);
            clearedTold.add(told.id);
          }
        }
        expect(book.active(KEY) !== undefined).toBe(lasting === 'yes');
        expect(book.open().filter(({ clearedAt }) => clearedAt === null)).toHaveLength(
          lasting === 'yes' ? 1 : 0,
        );
        if (next === 'restart') book = restarted(book, raisedTold);
      }
    }),
    { numRuns: 1000 },
  );
});

/** The book as a new process reads it from the store. */
const restarted = (book: AlarmBook, raisedTold: ReadonlySet<string>): AlarmBook =>
  new AlarmBook(toLi(raisedTold), {
    position: { ...BEGINNING, ...book.position() },
    points: [],
    alarms: book.open().map((alarm) => ({ alarm, told: [] })),
    kept: [],
  });
