import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModbusFault, NotAsked } from './fault.ts';
import { Units } from './units.ts';

const SILENT = new ModbusFault('comm-timeout', 'unit 7 did not answer within 100 ms');
const TOOK = 100;

const mayAsk = (units: Units, id: number, now: number): boolean => {
  try {
    units.refuseDead(id, now);
    return true;
  } catch (error) {
    if (!(error instanceof NotAsked)) throw error;
    return false;
  }
};

const wireOf = (count: number): Units => {
  const units = new Units();
  for (let id = 1; id <= count; id++) units.meet(id);
  return units;
};

test('a unit alone on its wire is always asked', () => {
  const units = wireOf(1);
  for (let now = 0; now < 100 * TOOK; now += TOOK) {
    units.failed(1, SILENT, { now, took: TOOK });
    expect(mayAsk(units, 1, now)).toBe(true);
  }
});

test('one failure is forgiven, the second in a row costs as long as it took; an answer in between counts anew', () => {
  const units = wireOf(2);
  units.failed(1, SILENT, { now: 0, took: TOOK });
  expect(mayAsk(units, 1, 0)).toBe(true);
  units.answered(1);
  units.failed(1, SILENT, { now: 0, took: TOOK });
  expect(mayAsk(units, 1, 0)).toBe(true);
  units.failed(1, SILENT, { now: 0, took: TOOK });
  expect(() => units.refuseDead(1, 0)).toThrow(SILENT.message);
  expect([0, TOOK - 1, TOOK].map((now) => mayAsk(units, 1, now))).toEqual([false, false, true]);
  units.answered(1);
  expect(mayAsk(units, 1, 0)).toBe(true);
});

test('however many are dead: no living one is refused, the dead take half of the wire at most and are asked in turn', () => {
  const wire = fc.record({
    alive: fc.integer({ min: 1, max: 10 }),
    dead: fc.integer({ min: 1, max: 20 }),
    answer: fc.integer({ min: 20, max: TOOK }),
  });
  fc.assert(
    fc.property(wire, ({ alive, dead, answer }) => {
      const units = wireOf(alive + dead);
      const asked = new Map<number, number>();
      let refused = 0;
      /** Everybody who may be asked is, one after the other and without a rest, until `end`. */
      const run = (from: number, end: number): number => {
        let [now, wasted] = [from, 0];
        while (now < end) {
          for (let id = 1; id <= alive + dead; id++) {
            const isAlive = id <= alive;
            const goes = mayAsk(units, id, now);
            if (isAlive && !goes) refused++;
            if (!goes) continue;
            now += isAlive ? answer : TOOK;
            if (isAlive) units.answered(id);
            else {
              units.failed(id, SILENT, { now, took: TOOK });
              asked.set(id, (asked.get(id) ?? 0) + 1);
              wasted += TOOK;
            }
          }
        }
        return wasted / (now - from);
      };
      // Until each dead one is known to be dead.
      const round = (2 * dead + 1) * TOOK + alive * answer;
      run(0, 5 * round);
      asked.clear();
      const share = run(5 * round, 25 * round);
      expect(refused).toBe(0);
      expect(share).toBeLessThanOrEqual(0.55);
      const counts = [...asked.values()];
      expect(counts).toHaveLength(dead);
      expect(Math.min(...counts)).toBeGreaterThan(Math.max(...counts) / 2);
    }),
    { numRuns: 50 },
  );
});
