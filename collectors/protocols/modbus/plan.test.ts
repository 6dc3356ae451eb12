import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModbusAddress, RegisterTable, ValueType } from '#model/driver';
import {
  type Addressed,
  halves,
  type ModbusRequest,
  type PlanTraits,
  placeOf,
  plan,
  sizeOf,
} from './plan.ts';

const TRAITS: PlanTraits = { maxRegisters: 125, maxBits: 2000, hole: 0 };
const point = (address: number, type: ValueType = 'uint16', table: RegisterTable = 'holding'): Addressed => ({
  key: `${table}-${address}-${type}`,
  address: { table, address, type },
});
const spans = (requests: readonly ModbusRequest[]) =>
  requests.map(({ table, address, count }) => `${table} ${address}+${count}`);

describe('a plan', () => {
  test('reads neighbours at once and leaves holes alone when the device does not bear them', () => {
    const points = [point(12), point(10, 'float32'), point(14), point(3, 'bool', 'coil')];
    expect(spans(plan(points, TRAITS))).toEqual(['coil 3+1', 'holding 10+3', 'holding 14+1']);
    expect(spans(plan(points, { ...TRAITS, hole: 1 }))).toEqual(['coil 3+1', 'holding 10+5']);
  });

  test('keeps the cap of the device and of the protocol', () => {
    const points = Array.from({ length: 300 }, (_, address) => point(address));
    expect(spans(plan(points, TRAITS))).toEqual(['holding 0+125', 'holding 125+125', 'holding 250+50']);
    expect(plan(points, { ...TRAITS, maxRegisters: 60 }).length).toBe(5);
  });

  test('never splits a value', () => {
    const points = [point(0), point(1, 'float64')];
    expect(spans(plan(points, { ...TRAITS, maxRegisters: 4 }))).toEqual(['holding 0+1', 'holding 1+4']);
  });

  test('reads a register once for all the bits and values in it', () => {
    const points = [point(7, 'bool'), point(7, 'uint16'), point(7, 'int32')];
    const requests = plan(points, TRAITS);
    expect(spans(requests)).toEqual(['holding 7+2']);
    expect(requests[0]?.points.length).toBe(3);
  });

  test('of nothing is nothing', () => expect(plan([], TRAITS)).toEqual([]));
});

/** Points of one table, close together, so that overlaps, holes and caps all matter. */
const crowded = fc.uniqueArray(
  fc.record({
    address: fc.nat(14),
    type: fc.constantFrom<ValueType>('uint16', 'float32', 'float64'),
  }),
  { maxLength: 7, selector: ({ address, type }) => `${address}${type}` },
);
const narrow = fc.record({
  maxRegisters: fc.integer({ min: 4, max: 8 }),
  maxBits: fc.constant(8),
  hole: fc.nat(3),
});

/** The fewest groups of legal requests, by trying every way to part the points. */
function fewest(points: readonly Addressed[], traits: PlanTraits): number {
  const legal = (group: readonly Addressed[]): boolean => {
    const sorted = group.toSorted((a, b) => a.address.address - b.address.address);
    const start = sorted[0]?.address.address ?? 0;
    let end = start;
    for (const { address } of sorted) {
      if (address.address - end > traits.hole) return false;
      end = Math.max(end, address.address + sizeOf(address));
    }
    return end - start <= traits.maxRegisters;
  };
  let best = points.length;
  const place = (index: number, groups: readonly (readonly Addressed[])[]): void => {
    const next = points[index];
    if (next === undefined) {
      if (groups.every(legal)) best = Math.min(best, groups.length);
      return;
    }
    if (groups.length > best) return;
    for (const [at, group] of groups.entries()) place(index + 1, groups.with(at, [...group, next]));
    place(index + 1, [...groups, [next]]);
  };
  place(0, []);
  return best;
}

describe('any plan', () => {
  test('has the fewest requests that are possible', () => {
    fc.assert(
      fc.property(crowded, narrow, (wishes, traits) => {
        const points = wishes.map(({ address, type }) => point(address, type));
        expect(plan(points, traits).length).toBe(fewest(points, traits));
      }),
      { numRuns: 400 },
    );
  });

  test('holds every point whole and once, within cap and hole', () => {
    fc.assert(
      fc.property(crowded, narrow, (wishes, traits) => {
        const points = wishes.map(({ address, type }) => point(address, type));
        const requests = plan(points, traits);
        expect(requests.flatMap((request) => request.points.map(({ key }) => key)).sort()).toEqual(
          points.map(({ key }) => key).sort(),
        );
        for (const request of requests) {
          expect(request.count).toBeLessThanOrEqual(traits.maxRegisters);
          for (const one of request.points) {
            const place = placeOf(one, request);
            expect(place).toBeGreaterThanOrEqual(0);
            expect(place + 2 * sizeOf(one.address)).toBeLessThanOrEqual(2 * request.count);
          }
        }
      }),
    );
  });

  test('falls in halves until single addresses remain, and loses no point on the way', () => {
    fc.assert(
      fc.property(crowded, (wishes) => {
        const points = wishes.map(({ address, type }) => point(address, type));
        const open = [...plan(points, { ...TRAITS, hole: 20 })];
        const leaves: ModbusRequest[] = [];
        for (let request = open.pop(); request !== undefined; request = open.pop()) {
          const parts = halves(request);
          if (parts === undefined) leaves.push(request);
          else open.push(...parts);
        }
        expect(leaves.length).toBe(new Set(wishes.map(({ address }) => address)).size);
        expect(leaves.flatMap((leaf) => leaf.points).length).toBe(points.length);
      }),
    );
  });
});

describe('an impossible address', () => {
  const refuse =
    (address: Partial<ModbusAddress>, traits: Partial<PlanTraits> = {}) =>
    () =>
      plan([{ key: 'x', address: { table: 'holding', address: 0, type: 'int16', ...address } }], {
        ...TRAITS,
        ...traits,
      });

  test.each([
    ['beyond the last address', refuse({ address: 65_536 })],
    ['reaches beyond the last address', refuse({ address: 65_535, type: 'int32' })],
    ['must be a whole number', refuse({ address: -1 })],
    ['must be a whole number', refuse({ address: 1.5 })],
    ['at most 2 in one request', refuse({ type: 'float64' }, { maxRegisters: 2 })],
    ['a coil holds a bool', refuse({ table: 'coil', type: 'int16' })],
    ['order CDAB needs at least two registers', refuse({ order: 'CDAB' })],
    ['bit is for a bool in a register', refuse({ bit: 3 })],
    ['bit 16 must be from 0 to 15', refuse({ type: 'bool', bit: 16 })],
  ])('is a mistake: %s', (text, attempt) => {
    expect(attempt).toThrow(text);
  });

  test('the last address itself is none', () => {
    expect(refuse({ address: 65_535 })).not.toThrow();
    expect(refuse({ address: 65_532, type: 'float64' })).not.toThrow();
  });
});
