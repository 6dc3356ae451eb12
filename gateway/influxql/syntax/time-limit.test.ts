import fc from 'fast-check';
import { expect, test } from 'vitest';
import { timeText } from '../epoch.ts';
import { spanOf } from '../evaluate/time-span.ts';
import { SyntaxTrouble } from '../query-error.ts';
import { parseQuery } from './parse.ts';

const NOW = 1_800_000_000_000;

const readSelect = (rest: string) => {
  const [statement] = parseQuery(`SELECT mean("value") FROM "m" ${rest}`);
  if (statement?.kind !== 'select') throw new Error('it is a SELECT');
  return statement;
};

test.each(['> 0 - 99999999999w', '< now() + 99999999999w', '>= -99999999w', `= ${'9'.repeat(30)}h`])(
  'time %s is beyond every calendar, and refused with the character',
  (limit) => {
    const said = /beyond every calendar at char \d+$/;
    expect(() => readSelect(`WHERE time ${limit}`)).toThrow(
      expect.objectContaining({ message: expect.stringMatching(said) }),
    );
  },
);

/** Where a bucket that begins with that moment is said to begin. */
function shown(at: number, { every, offset }: { every: number; offset: number }): string {
  const begin = Math.floor((at - offset) / every) * every + offset;
  return timeText({ at: begin, order: 0 }, 'rfc3339');
}

test('whatever time is asked for, it can be written as a date, and so can its bucket', () => {
  const count = fc.nat(20).chain((digits) => fc.bigInt({ min: 1n, max: 10n ** BigInt(digits) }));
  const length = fc.tuple(count, fc.constantFrom('ns', 'ms', 's', 'h', 'w')).map((parts) => parts.join(''));
  const sign = fc.constantFrom('-', '');
  const base = fc.oneof(
    fc.constant('now()'),
    fc.tuple(sign, length).map((parts) => parts.join('')),
  );
  const shift = fc.tuple(fc.constantFrom(' + ', ' - '), length).map((parts) => parts.join(''));
  let answered = 0;
  fc.assert(
    fc.property(base, shift, length, (from, by, every) => {
      try {
        const { where, by: grouping } = readSelect(`WHERE time >= ${from}${by} GROUP BY time(${every}, 1ms)`);
        const { first } = spanOf(where.time, NOW);
        if (first === null || grouping.time === null) throw new Error('both were given');
        expect(timeText(first, 'rfc3339')).toMatch(/Z"$/);
        expect(shown(first.at, grouping.time)).toMatch(/Z"$/);
        answered += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxTrouble);
      }
    }),
    { numRuns: 2_000 },
  );
  expect(answered).toBeGreaterThan(100);
});
