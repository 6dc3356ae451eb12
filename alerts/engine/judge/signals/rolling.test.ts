import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { ruleLike } from '../../../../test/kit/alarm-rules.ts';
import { isJudged } from '../threshold.ts';
import { addHeld, type Cell, freshCells, rollingWindow, shiftCells, totalOf } from './rolling.ts';
import { signalOf } from './signal-of.ts';

const stretches = fc.array(
  fc.record({
    gap: fc.integer({ min: 0, max: 90 }),
    length: fc.integer({ min: 1, max: 90 }),
    value: fc.constantFrom(0, 1),
  }),
  { minLength: 1, maxLength: 60 },
);

test('the sum holds all of the window, and at most one cell more', () => {
  const window = rollingWindow(10 * HOUR, MINUTE);
  fc.assert(
    fc.property(stretches, (parts) => {
      let cells: readonly Cell[] = [];
      let now = 20_000 * HOUR;
      const held = parts.map(({ gap, length, value }) => {
        const from = now + gap * MINUTE;
        now = from + length * MINUTE;
        const each = { from, to: now, value };
        cells = freshCells(window, addHeld(window, cells, each), now);
        return each;
      });
      const within = (reach: number) =>
        held.reduce(
          (sum, { from, to, value }) => sum + value * Math.max(0, to - Math.max(from, now - reach)),
          0,
        );
      expect(totalOf(cells).sum).toBeGreaterThanOrEqual(within(window.within));
      expect(totalOf(cells).sum).toBeLessThanOrEqual(within(window.within + window.cell));
      expect(cells.length).toBeLessThanOrEqual(62);
      expect(totalOf(shiftCells(window, cells, 7 * window.cell))).toEqual(totalOf(cells));
    }),
  );
});

test.each([{ kind: 'kinetic-mean' }, { kind: 'exposure', within: DAY }, { kind: 'forecast' }])(
  'a state of $kind is gone on with only while its cells are as long',
  (given) => {
    const rule = ruleLike(given);
    if (!isJudged(rule) || rule.kind === 'limit') throw new Error('no signal');
    const shapeAt = (every: number) => signalOf(rule, { every, timeZone: 'UTC' }).shape;
    expect(shapeAt(SECOND)).toBe(shapeAt(MINUTE));
    expect(shapeAt(3 * HOUR)).not.toBe(shapeAt(MINUTE));
  },
);
