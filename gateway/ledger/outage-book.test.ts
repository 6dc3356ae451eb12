import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Outage } from '#model/outage';
import { HOUR, MINUTE, SECOND } from '#model/time';
import { OutageBook } from './outage-book.ts';

const outage = (from: number, to: number | null, more: Partial<Outage> = {}): Outage => ({
  ...{ cause: 'device-offline', device: 'box', from, to, readings: null },
  ...more,
});

test('an outage that lasts is told at once, and its end too', () => {
  const book = new OutageBook();
  expect(book.add(outage(1, null), 1)).toEqual([outage(1, null)]);
  expect(book.add(outage(1, 5), 5)).toEqual([outage(1, 5)]);
  expect(book.rest()).toEqual([]);
});

test('the first short outages of an hour are told at once, the others of a minute as one, with the sum of what they lost', () => {
  const book = new OutageBook();
  const skip = (at: number) => outage(at, at + SECOND, { cause: 'read-skipped', readings: 4 });
  for (let n = -4; n < 0; n++) expect(book.add(skip(n), 0)).toEqual([skip(n)]);
  for (let at = 0; at < 30 * SECOND; at += SECOND) expect(book.add(skip(at), at)).toEqual([]);
  expect(book.due(59 * SECOND)).toEqual([]);
  expect(book.due(MINUTE)).toEqual([outage(0, 30 * SECOND, { cause: 'read-skipped', readings: 120 })]);
  expect(book.due(2 * MINUTE)).toEqual([]);
});

test('outages of two devices, or of two causes, are never mixed', () => {
  const book = new OutageBook();
  for (let n = 0; n < 4; n++)
    for (const device of ['a', 'b'])
      for (const cause of ['dropped', 'read-skipped'] as const) book.add(outage(n, n, { device, cause }), 1);
  for (const [device, cause] of [
    ['a', 'dropped'],
    ['b', 'dropped'],
    ['a', 'read-skipped'],
  ] as const)
    book.add(outage(0, 1, { device, cause }), 1);
  expect(book.rest()).toHaveLength(3);
});

test('a device that flaps all hour is told a bounded number of times, and every absence lies in what was told', () => {
  const flaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 })), {
    minLength: 50,
    maxLength: 400,
  });
  fc.assert(
    fc.property(flaps, (lengths) => {
      const book = new OutageBook();
      const told = new Map<number, Outage>();
      let events = 0;
      const note = (more: readonly Outage[]) => {
        events += more.length;
        for (const one of more) told.set(one.from, one);
      };
      const absences: Outage[] = [];
      let now = 0;
      for (const [up, away] of lengths) {
        now += up * SECOND;
        const from = now;
        note(book.add(outage(from, null), now));
        now += away * SECOND;
        note(book.add(outage(from, now), now));
        absences.push(outage(from, now));
        note(book.due(now));
      }
      note(book.rest());
      expect(events).toBeLessThanOrEqual(22 * (Math.floor(now / HOUR) + 1));
      for (const { from, to } of absences) {
        const holds = [...told.values()].some((one) => one.from <= from && (one.to ?? now) >= (to ?? 0));
        expect(holds).toBe(true);
      }
    }),
  );
});
