import { describe, expect, test } from 'vitest';
import type { Suppression } from '#model/site';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { TestBook } from '../../../test/kit/alarm-book.ts';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';

const NOW = 1_000_000_000_000;
const MAINS = 'power.mains';
const LOST = limitRule({ id: 'low' });
const SILENT = noDataRule();
const FRIDGES = Array.from({ length: 20 }, (_, index) => `fridge-${index + 1}.temp`);

const mains: Suppression = { by: MAINS, byKinds: ['limit'], points: FRIDGES, kinds: ['no-data', 'limit'] };
const booked = (...suppressions: Suppression[]) => new TestBook({ suppressions });

test('a power cut explains twenty sensors that fall silent; when it is over, those that stay silent are told', () => {
  const test = booked(mains);
  const cut = test.raise(NOW, MAINS, LOST);
  const silent = FRIDGES.map((point) => test.raise(NOW + MINUTE, point, SILENT));
  expect(silent.every(({ suppressedBy }) => suppressedBy === cut.id)).toBe(true);
  test.restart();
  test.clear(NOW + HOUR, MAINS, 'low');
  const [first, ...others] = silent;
  for (const { point } of others) test.clear(NOW + HOUR + MINUTE, point, 'no-data');
  test.tick(NOW + HOUR + 10 * MINUTE - 1);
  expect(test.alarm(first?.id ?? '').suppressedBy).toBe(cut.id);
  test.tick(NOW + HOUR + 10 * MINUTE);
  expect(test.told(first?.id ?? '')).toEqual(['raised', 'unsuppressed']);
  expect(test.alarm(first?.id ?? '')).toMatchObject({ suppressedBy: null, state: 'unacknowledged' });
  expect(test.book.open().filter(({ point }) => point !== MAINS)).toHaveLength(1);
});

describe('whichever is noticed first', () => {
  test('an alarm that may be explained waits a moment, and is told when nothing explains it', () => {
    const test = booked(mains);
    const { id, heldUntil } = test.raise(NOW, 'fridge-1.temp', SILENT);
    expect(heldUntil).toBe(NOW + 10 * SECOND);
    test.restart();
    test.tick(NOW + 10 * SECOND - 1);
    expect(test.alarm(id)).toHaveProperty('heldUntil');
    test.tick(NOW + 10 * SECOND);
    expect(test.alarm(id)).not.toHaveProperty('heldUntil');
    expect(test.told(id)).toEqual(['raised', 'unsuppressed']);
  });

  test('what explains it comes within the moment: nothing was told, and nothing is', () => {
    const test = booked(mains);
    const { id } = test.raise(NOW, 'fridge-1.temp', SILENT);
    const cut = test.raise(NOW + 5 * SECOND, MAINS, LOST);
    test.tick(NOW + MINUTE);
    expect(test.alarm(id).suppressedBy).toBe(cut.id);
    expect(test.told(id)).toEqual(['raised', 'suppressed']);
  });

  test('what ends within the moment is told all the same, and that it is over', () => {
    const test = booked(mains);
    const { id } = test.raise(NOW, 'fridge-1.temp', SILENT);
    test.clear(NOW + SECOND, 'fridge-1.temp', 'no-data');
    expect(test.told(id)).toEqual(['raised', 'unsuppressed', 'cleared']);
    expect(test.alarm(id).state).toBe('returned');
  });

  test('what was told already is suppressed when the explanation comes later', () => {
    const test = booked(mains);
    const { id } = test.raise(NOW, 'fridge-1.temp', SILENT);
    test.tick(NOW + MINUTE);
    test.raise(NOW + 2 * MINUTE, MAINS, LOST);
    expect(test.told(id)).toEqual(['raised', 'unsuppressed', 'suppressed']);
  });
});

describe('never suppressed, and never held back for a moment', () => {
  test('a value beyond a critical limit', () => {
    const test = booked(mains);
    test.raise(NOW, MAINS, LOST);
    const alarm = test.raise(NOW + 1, 'fridge-1.temp', limitRule({ severity: 'critical' }));
    expect(alarm.suppressedBy).toBeNull();
    const other = booked(mains).raise(NOW, 'fridge-1.temp', limitRule({ severity: 'critical' }));
    expect(other).not.toHaveProperty('heldUntil');
  });

  test('a kind or a point that the suppression does not name', () => {
    const test = booked({ ...mains, kinds: ['fault'] });
    test.raise(NOW, MAINS, LOST);
    expect(test.raise(NOW + 1, 'fridge-1.temp', SILENT).suppressedBy).toBeNull();
    const elsewhere = test.raise(NOW + 1, 'pool.ph', SILENT);
    expect([elsewhere.suppressedBy, elsewhere.heldUntil]).toEqual([null, undefined]);
  });

  test('by an alarm of another kind: a silent power meter does not say that the mains are lost', () => {
    const test = booked(mains);
    test.raise(NOW, MAINS, SILENT);
    const { id } = test.raise(NOW + 1, 'fridge-1.temp', SILENT);
    test.tick(NOW + MINUTE);
    expect(test.alarm(id).suppressedBy).toBeNull();
  });
});

describe('what nobody is told of explains nothing', () => {
  test('a power alarm that is shelved: the silent sensor is told, and explained again when the shelf ends', () => {
    const test = booked(mains);
    const cut = test.raise(NOW, MAINS, LOST);
    const { id } = test.raise(NOW + 1, 'fridge-1.temp', SILENT);
    test.act(cut.id, NOW + 2, { type: 'shelve', until: NOW + HOUR, oneShot: false, comment: 'known' });
    test.tick(NOW + 11 * MINUTE);
    expect(test.alarm(id)).toMatchObject({ suppressedBy: null, state: 'unacknowledged' });
    test.tick(NOW + HOUR);
    expect(test.alarm(id).suppressedBy).toBe(cut.id);
  });

  test('a power meter that is out of service', () => {
    const test = booked(mains);
    test.serve(MAINS, NOW, { type: 'out-of-service', until: NOW + HOUR, comment: 'broken' });
    test.raise(NOW, MAINS, LOST);
    expect(test.raise(NOW + 1, 'fridge-1.temp', SILENT).suppressedBy).toBeNull();
  });

  test('two that explain each other: one of them is always told, also after a common explanation ended', () => {
    const all = (by: string, ...points: string[]): Suppression => ({
      ...{ by, points, byKinds: ['limit', 'no-data'], kinds: ['no-data'] },
    });
    const test = booked(all(MAINS, 'a.x', 'b.x'), all('a.x', 'b.x'), all('b.x', 'a.x'));
    test.raise(NOW, MAINS, LOST);
    const [a, b] = [test.raise(NOW + 1, 'a.x', SILENT), test.raise(NOW + 1, 'b.x', SILENT)];
    test.clear(NOW + MINUTE, MAINS, 'low');
    test.tick(NOW + 20 * MINUTE);
    const marks = [a, b].map(({ id }) => test.alarm(id).suppressedBy);
    expect(marks).toEqual([null, a.id]);
  });
});

test('an explanation that is explained itself passes on what explains it', () => {
  const line: Suppression = { by: 'gateway.line', byKinds: ['no-data'], points: ['a.x'], kinds: ['no-data'] };
  const test = booked({ ...mains, points: ['gateway.line'] }, line);
  const cut = test.raise(NOW, MAINS, LOST);
  test.raise(NOW + 1, 'gateway.line', SILENT);
  expect(test.raise(NOW + 2, 'a.x', SILENT).suppressedBy).toBe(cut.id);
});

test('an explanation that is explained later passes that on at once', () => {
  const line: Suppression = { by: 'gateway.line', byKinds: ['no-data'], points: ['a.x'], kinds: ['no-data'] };
  const test = booked({ ...mains, points: ['gateway.line'] }, line);
  const { id } = test.raise(NOW, 'a.x', SILENT);
  const silent = test.raise(NOW + 1, 'gateway.line', SILENT);
  expect(test.alarm(id).suppressedBy).toBe(silent.id);
  const cut = test.raise(NOW + 2, MAINS, LOST);
  expect([id, silent.id].map((one) => test.alarm(one).suppressedBy)).toEqual([cut.id, cut.id]);
});

test('power that comes back and goes again: what stayed silent is explained by the second cut', () => {
  const test = booked(mains);
  test.raise(NOW, MAINS, LOST);
  const { id } = test.raise(NOW + 1, 'fridge-1.temp', SILENT);
  test.clear(NOW + MINUTE, MAINS, 'low');
  const again = test.raise(NOW + 2 * MINUTE, MAINS, LOST);
  test.tick(NOW + HOUR);
  expect(test.alarm(id).suppressedBy).toBe(again.id);
});

test('who takes an alarm in the moment in which it waits ends the wait: nobody else is called', () => {
  const test = booked(mains);
  const { id } = test.raise(NOW, 'fridge-1.temp', SILENT);
  const { alarm } = test.act(id, NOW + 1, { type: 'acknowledge', until: null, comment: '' });
  expect(alarm).not.toHaveProperty('heldUntil');
  test.tick(NOW + MINUTE);
  expect(test.alarm(id)).toMatchObject({ state: 'acknowledged', acknowledged: { by: 'li' } });
  expect(test.told(id)).toEqual(['raised', 'acknowledged']);
});

test('of two explanations the one that was there first stays, and the other takes its place when it ends', () => {
  const test = booked(mains, { ...mains, by: 'power.ups' });
  const ups = test.raise(NOW, 'power.ups', LOST);
  const { id } = test.raise(NOW + 1, 'fridge-1.temp', SILENT);
  const cut = test.raise(NOW + 2, MAINS, LOST);
  expect(test.alarm(id).suppressedBy).toBe(ups.id);
  test.clear(NOW + 3, 'power.ups', 'low');
  expect(test.alarm(id).suppressedBy).toBe(cut.id);
  expect(test.told(id)).toEqual(['raised', 'suppressed']);
});

test('what the site file no longer explains is told after the next start', () => {
  const test = booked(mains);
  test.raise(NOW, MAINS, LOST);
  const { id } = test.raise(NOW + MINUTE, 'fridge-1.temp', SILENT);
  test.restart({ suppressions: [] });
  test.tick(NOW + 2 * MINUTE);
  test.tick(NOW + HOUR);
  expect(test.told(id)).toEqual(['raised', 'unsuppressed']);
});
