import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOUR } from '#model/time';
import { compare } from './comparison.ts';
import { type Row, Tally } from './tally.ts';

const row = fc.record({
  point: fc.constantFrom('a.x', 'a.y'),
  at: fc.integer({ min: 0, max: 3 * HOUR }),
  value: fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
  q: fc.constantFrom(0, 1, 2),
});
const rows = fc.uniqueArray(row, { selector: ({ point, at }) => `${point} ${at}`, minLength: 1 });

const tallyOf = (all: readonly Row[]): Tally => {
  const tally = new Tally();
  for (const one of all) tally.add(one);
  return tally;
};
const differences = (journal: readonly Row[], influx: readonly Row[], ahead: readonly Row[] = []) =>
  compare({ journal: tallyOf(journal), influx: tallyOf(influx), ahead: tallyOf(ahead) });

test('the same readings in any order do not differ', () => {
  fc.assert(
    fc.property(rows, (all) => {
      expect(differences(all, all.toReversed())).toMatchObject({ differences: [], underWay: 0 });
    }),
  );
});

test('minus zero is zero, as line protocol has it', () => {
  const zero = { point: 'a.x', at: 1, value: 0, q: 0 };
  expect(differences([{ ...zero, value: -0 }], [zero]).differences).toEqual([]);
});

test('a reading that is missing, too many, or changed in any part is found in its hour', () => {
  fc.assert(
    fc.property(rows, fc.nat(), fc.constantFrom('missing', 'value', 'q', 'at'), (all, pick, what) => {
      const chosen = all[pick % all.length] ?? { point: '', at: 0, value: 0, q: 0 };
      const rest = all.filter((one) => one !== chosen);
      const changed: Record<string, readonly Row[]> = {
        missing: [],
        value: [{ ...chosen, value: (chosen.value ?? 0) === 12.5 ? 1 : 12.5 }],
        q: [{ ...chosen, q: (chosen.q + 1) % 3 }],
        at: [{ ...chosen, at: chosen.at + 4 * HOUR }],
      };
      const other = [...rest, ...(changed[what] ?? [])];
      const hour = Math.floor(chosen.at / HOUR) * HOUR;
      const where = expect.objectContaining({ point: chosen.point, hour });
      expect(differences(all, other).differences).toContainEqual(where);
      expect(differences(other, all).differences).toContainEqual(where);
    }),
  );
});

test('what the forwarder has not settled may be there or not; what it has must be there', () => {
  const [old, young] = [
    { point: 'a.x', at: 1, value: 1, q: 0 },
    { point: 'a.x', at: 2, value: 2, q: 0 },
  ];
  expect(differences([old, young], [old], [young])).toMatchObject({ differences: [], underWay: 1 });
  expect(differences([old, young], [old, young], [young])).toMatchObject({ differences: [], underWay: 0 });
  expect(differences([old, young], [], [young]).differences).toHaveLength(1);
});
