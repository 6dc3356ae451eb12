import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { Backlog, BEHIND } from './backlog.ts';

test('a consumer that is ten minutes behind is told, however few rows that are, and no other', () => {
  const backlog = new Backlog();
  let behind: ReadonlyMap<string, boolean> = new Map();
  for (let minute = 0; minute <= 11; minute++) {
    const cursors = new Map([
      ['stuck', 0],
      ['slow', Math.max(0, minute - 9)],
      ['at-once', minute],
    ]);
    behind = backlog.look(minute, cursors, minute * MINUTE);
  }
  expect(Object.fromEntries(behind)).toEqual({ stuck: true, slow: false, 'at-once': false });
});

test('one that follows within ten minutes is never told, at any load and whenever it is looked at', () => {
  const steps = fc.array(fc.record({ rows: fc.nat(100_000), minutes: fc.integer({ min: 1, max: 9 }) }));
  fc.assert(
    fc.property(steps, (looks) => {
      const backlog = new Backlog();
      const heads = [{ at: 0, head: 0 }];
      for (const { rows, minutes } of looks) {
        const last = heads.at(-1) ?? { at: 0, head: 0 };
        const now = { at: last.at + minutes * MINUTE, head: last.head + rows };
        heads.push(now);
        const reached = heads.findLast(({ at }) => at <= now.at - BEHIND) ?? { head: 0 };
        const behind = backlog.look(now.head, new Map([['it', reached.head]]), now.at);
        expect(behind.get('it')).toBe(false);
      }
    }),
  );
});
