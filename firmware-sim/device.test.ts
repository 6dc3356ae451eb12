import { expect, test } from 'vitest';
import type { PointSpec } from '#model/driver';
import { SimDevice } from './device.ts';
import { startModel } from './physics/models.ts';
import { seededRandom } from './physics/random.ts';

const points: readonly PointSpec[] = [
  { key: 'upper-temp', name: { zh: '上', en: 'upper' }, quantity: 'temperature', range: [-40, 60] },
  { key: 'lower-temp', name: { zh: '下', en: 'lower' }, quantity: 'temperature', range: [-40, 60] },
  { key: 'ph', name: { zh: 'pH', en: 'pH' }, quantity: 'ph', range: [10, 12] },
];

const moment = { dt: 1, hour: 3, sitePowered: true };

function fridge(seed = 1) {
  const process = startModel('fridge', seededRandom(seed, 'fridge'));
  return new SimDevice({ id: 'f', protocol: 'modbus', points, process, random: seededRandom(seed, 'f') });
}

const series = (device: SimDevice, count: number) =>
  Array.from({ length: count }, () => {
    device.step(moment);
    return [...device.values];
  });

test('the same seed gives the same series, another seed another', () => {
  expect(series(fridge(), 200)).toEqual(series(fridge(), 200));
  expect(series(fridge(2), 200)).not.toEqual(series(fridge(), 200));
});

test('a point that no model knows stays near a plausible value inside its own range', () => {
  for (const [, , ph] of series(fridge(), 100)) expect(ph).toBeCloseTo(11, 0);
});

test('a stuck sensor shows its last value while its neighbour goes on, and lives again when cleared', () => {
  const device = fridge();
  series(device, 5);
  const last = device.values[0];
  device.faults.set('sensor-stuck', { point: 'upper-temp' });
  const stuck = series(device, 10);
  expect(new Set(stuck.map(([upper]) => upper))).toEqual(new Set([last]));
  expect(new Set(stuck.map(([, lower]) => lower)).size).toBe(10);
  device.faults.clear('sensor-stuck');
  expect(series(device, 1)[0]?.[0]).not.toBe(last);
});

test('a broken sensor shows nothing; what is wrong with one point leaves the course of the others', () => {
  const device = fridge();
  device.faults.set('sensor-nan', { point: 'upper-temp' });
  const broken = series(device, 50);
  expect(broken.every(([upper]) => upper === null)).toBe(true);
  expect(broken.map(([, lower]) => lower)).toEqual(series(fridge(), 50).map(([, lower]) => lower));
});

test('a drifting sensor gains its rate each hour and is right again when cleared', () => {
  const [device, healthy] = [fridge(), fridge()];
  device.faults.set('drift', { rate: 2, point: 'lower-temp' });
  const error = () => (device.values[1] ?? 0) - (healthy.values[1] ?? 0);
  series(device, 1800);
  series(healthy, 1800);
  expect(error()).toBeCloseTo(1, 6);
  device.faults.clear('drift');
  series(device, 1);
  series(healthy, 1);
  expect(error()).toBe(0);
});

test('the last answer fault set is the one that counts, and clearing it brings back the one before', () => {
  const { faults } = fridge();
  faults.set('silent', {});
  faults.set('busy', {});
  faults.set('door-open', {});
  expect(faults.answer?.name).toBe('busy');
  faults.clear('busy');
  expect(faults.answer?.name).toBe('silent');
  expect([...faults.physics]).toEqual(['door-open']);
});

test('what is so is told apart from what a broken sensor shows', () => {
  const device = fridge();
  series(device, 5);
  device.faults.set('drift', { point: 'upper-temp', rate: 36_000 });
  device.faults.set('sensor-nan', { point: 'lower-temp' });
  device.step(moment);
  const [upper = 0, lower = 0, ph] = device.truths;
  expect(upper).toBeCloseTo(5, -0.5);
  expect(lower).toBeCloseTo(5, -0.5);
  expect((device.values[0] ?? 0) - upper).toBeGreaterThan(9);
  expect(device.values[1]).toBeNull();
  expect(ph).toBeUndefined();
});
