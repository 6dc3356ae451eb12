import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SETTLED_AFTER, Settling } from './settling.ts';

test('what was accepted settles when the server still accepts long enough after it', () => {
  const settling = new Settling(5);
  settling.accept(6, 1000);
  settling.accept(7, 1001);
  expect([settling.accepted, settling.settled]).toEqual([7, 5]);
  settling.accept(8, 1000 + SETTLED_AFTER);
  expect([settling.accepted, settling.settled]).toEqual([8, 6]);
});

test('a server that was gone gets again what had not settled, however long it was gone', () => {
  const settling = new Settling(0);
  settling.accept(6, 0);
  settling.goBack();
  expect(settling.accepted).toBe(0);
  settling.accept(6, 100 * SETTLED_AFTER);
  expect([settling.accepted, settling.settled]).toEqual([6, 0]);
});

test('nothing settles before its time, and what has settled stays', () => {
  const step = fc.record({ rows: fc.nat(5), pause: fc.nat(SETTLED_AFTER), back: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const settling = new Settling(0);
      const acceptedAt = new Map<number, number>();
      let now = 0;
      for (const { rows, pause, back } of steps) {
        now += pause;
        const before = settling.settled;
        if (back) settling.goBack();
        const seq = settling.accepted + rows + 1;
        for (let row = settling.accepted + 1; row <= seq; row++) acceptedAt.set(row, now);
        settling.accept(seq, now);
        expect(settling.settled).toBeGreaterThanOrEqual(before);
        if (settling.settled > before) {
          expect(now - (acceptedAt.get(settling.settled) ?? now)).toBeGreaterThanOrEqual(SETTLED_AFTER);
        }
      }
    }),
  );
});
