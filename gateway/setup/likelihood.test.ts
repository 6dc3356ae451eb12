import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Evidence, likelihoods } from './likelihood.ts';

const temp = (more: Partial<Evidence> = {}): Evidence => ({
  address: { table: 'input', address: 0, type: 'int16', scale: 0.1 },
  range: [-40, 60],
  isState: false,
  raw: '002a',
  quality: 'good',
  reason: null,
  ...more,
});

const refused = temp({ raw: null, quality: 'bad', reason: 'device-exception' });
const door = temp({
  address: { table: 'discrete', address: 0, type: 'bool' },
  range: [0, 1],
  isState: true,
  raw: '0',
});

test('a map of which every register holds what it may hold is nearly sure', () => {
  const [best] = likelihoods([{ driver: 'fridge', evidence: [temp(), temp(), door] }]);
  expect(best).toMatchObject({ driver: 'fridge', plausible: 3, points: 3 });
  expect(best?.probability).toBeGreaterThan(0.99);
});

test('one register that does not exist speaks against it', () => {
  const found = likelihoods([
    { driver: 'fridge', evidence: [temp(), temp()] },
    { driver: 'station', evidence: [temp(), temp(), refused] },
  ]);
  expect(found.map(({ driver }) => driver)).toEqual(['fridge', 'station']);
  expect(found[1]?.probability).toBeLessThan(0.02);
});

test('nothing but zeros and states could be anything', () => {
  const zero = temp({ raw: '0000' });
  const [best] = likelihoods([{ driver: 'fridge', evidence: [zero, door] }]);
  expect(best?.probability).toBeLessThan(0.97);
});

test('a radiation monitor is none of the fridges, though its small numbers could be temperatures', () => {
  const bit = (no: number) =>
    ({ ...door, address: { table: 'input', address: 2, type: 'bool', bit: no } }) as const;
  const fridge = [
    temp({ raw: '0078' }),
    temp({ address: { ...temp().address, address: 1 }, raw: '0000' }),
    bit(0),
    bit(1),
  ];
  const dose = temp({
    address: { table: 'input', address: 0, type: 'uint32', order: 'CDAB', scale: 0.001 },
    ...{ range: [0.01, 100_000] as const, raw: '0078 0000' },
  });
  const state = temp({
    address: { table: 'input', address: 2, type: 'uint16' },
    range: [0, 2],
    isState: true,
    raw: '0000',
  });
  const [best] = likelihoods([
    { driver: 'fridge', evidence: fridge },
    { driver: 'monitor', evidence: [dose, state] },
  ]);
  expect(best?.driver).toBe('monitor');
});

test('two drivers with one map are equally likely', () => {
  const found = likelihoods(['fridge', 'freezer'].map((driver) => ({ driver, evidence: [temp(), temp()] })));
  expect(found[0]?.probability).toBe(found[1]?.probability);
  expect(found[0]?.probability).toBeLessThan(0.51);
});

test('values outside what the instrument can show make it unlikely', () => {
  const outside = temp({ raw: '7d00', quality: 'bad', reason: 'out-of-range' });
  const [best] = likelihoods([{ driver: 'fridge', evidence: [outside, outside] }]);
  expect(best?.probability).toBeLessThan(0.05);
});

test('whatever was read: probabilities of at most 1 together, the likeliest first', () => {
  const evidence = fc.constantFrom(
    temp(),
    refused,
    door,
    temp({ raw: '0000' }),
    temp({ raw: null, quality: 'bad', reason: 'comm-timeout' }),
  );
  const candidates = fc.array(
    fc.record({ driver: fc.string(), evidence: fc.array(evidence, { maxLength: 40 }) }),
  );
  fc.assert(
    fc.property(candidates, (all) => {
      const found = likelihoods(all);
      expect(found).toHaveLength(all.length);
      expect(found.reduce((sum, { probability }) => sum + probability, 0)).toBeLessThanOrEqual(1 + 1e-9);
      expect(found).toEqual(found.toSorted((a, b) => b.probability - a.probability));
    }),
  );
});
