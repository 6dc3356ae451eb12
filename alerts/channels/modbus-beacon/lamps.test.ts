import { expect, test } from 'vitest';
import type { Scene } from '#model/channel';
import type { Severity } from '#model/standard';
import { coilsOf, type Show, type Wiring } from './lamps.ts';

const WIRED: Wiring = { red: 0, amber: 1, horn: 2, healthy: 3, hornFrom: 'critical', closedCircuit: [] };

const show = (scene: Partial<Scene>, over: Partial<Show> = {}): Show => ({
  scene: { unacknowledged: null, active: null, ...scene },
  muted: false,
  testing: false,
  healthy: true,
  ...over,
});

/** The outputs whose coils are on. */
const on = (wiring: Wiring, shown: Show): string =>
  coilsOf(wiring, shown)
    .flatMap((coil) => (coil.on ? [coil.output] : []))
    .join(' ');

test.each<[unacknowledged: Severity | null, active: Severity | null, expected: string]>([
  [null, null, 'healthy'],
  ['notice', 'notice', 'healthy'],
  ['warning', 'warning', 'amber healthy'],
  ['critical', 'critical', 'horn red healthy'],
  // Taken, and it lasts.
  [null, 'critical', 'red healthy'],
  // Over, and nobody has taken it.
  ['critical', null, 'horn red healthy'],
  ['warning', 'critical', 'red healthy'],
  ['critical', 'warning', 'horn red healthy'],
])('nobody has taken %s, %s lasts: %s', (unacknowledged, active, expected) => {
  expect(on(WIRED, show({ unacknowledged, active }))).toBe(expected);
});

test('a mute silences the horn and leaves the light', () => {
  const shown = show({ unacknowledged: 'critical', active: 'critical' }, { muted: true });
  expect(on(WIRED, shown)).toBe('red healthy');
});

test('a test puts everything on, also while the horn is muted', () => {
  expect(on(WIRED, show({}, { testing: true, muted: true }))).toBe('horn red amber healthy');
});

test('the horn may be wished for warnings', () => {
  const wired: Wiring = { ...WIRED, hornFrom: 'warning' };
  expect(on(wired, show({ unacknowledged: 'warning' }))).toBe('horn amber healthy');
});

test('an output in a closed circuit works when its coil is off', () => {
  const wired: Wiring = { ...WIRED, closedCircuit: ['horn', 'amber'] };
  expect(on(wired, show({}))).toBe('horn amber healthy');
  expect(on(wired, show({ unacknowledged: 'critical' }))).toBe('red amber healthy');
  expect(on(wired, show({}, { testing: true }))).toBe('red healthy');
});

test('coils that are not configured are never written; what wakes people is written first', () => {
  const wired: Wiring = { red: 7, horn: 9, hornFrom: 'critical', closedCircuit: [] };
  expect(coilsOf(wired, show({})).map(({ address }) => address)).toEqual([9, 7]);
});
