import { describe, expect, test } from 'vitest';
import { parseNode } from './opcua/node.ts';
import { patternValue } from './physics/pattern.ts';
import { loadScenario, parseScenario, scenarioNames } from './scenario.ts';
import { Timeline } from './timeline.ts';

const least = 'site: { id: s, name: 院 }\nareas: []\n';

describe('a scenario', () => {
  test('of each name that comes with the simulator can be read', async () => {
    expect(await scenarioNames()).toEqual(['busy', 'clinic', 'hospital']);
    for (const name of await scenarioNames()) {
      expect((await loadScenario(name)).devices.length, name).toBeGreaterThan(0);
    }
  });

  test('of an unknown name is refused with those that there are', async () => {
    await expect(loadScenario('hospitl')).rejects.toThrow(/"hospitl".*busy, clinic, hospital/);
  });

  test.each([
    ['devices: [{ id: a, area: b }]', /\/devices\/0/],
    ['devices: [{ id: a, area: b, driver: d, unit: 300 }]', /\/devices\/0\/unit/],
    ['devices: []\nfaults: [{ fault: meteor, at: 1s }]', /\/faults\/0\/fault/],
    ['devices: []\nfaults: [{ fault: silent, at: soon }]', /\/faults\/0\/at/],
    ['devices: []\nstarts: 25', /\/starts/],
    ['devices: []\nstart: 3', /\/start: is not a key/],
    ['faults: []', /its top.*devices/],
  ])('with the mistake %j is refused at its place', (text, place) => {
    expect(() => parseScenario(least + text)).toThrow(place);
  });

  test('puts its fleet among its devices, each with its registers', () => {
    const text = `${least}devices: []\nfleet: { id: u, area: x, devices: 3, points: 4, every: 100ms }`;
    const { devices } = parseScenario(text);
    expect(devices.map((device) => device.id)).toEqual(['u-1', 'u-2', 'u-3']);
    expect(devices[2]?.points).toHaveLength(4);
    expect(devices[2]?.points?.[3]).toMatchObject({ key: 'r3', address: 3, type: 'uint16' });
  });
});

test('the pattern tells devices, registers and moments apart', () => {
  expect(patternValue(0, 0, 0)).toBe(0);
  expect(patternValue(3, 5, 7)).toBe(3 * 101 + 5 * 7 + 7);
  expect(patternValue(0, 0, 10_002)).toBe(2);
});

describe('a timeline', () => {
  const timeline = () =>
    new Timeline([
      { fault: 'late', device: 'b', at: '10s', delay: '2s' },
      { fault: 'power-cut', at: '5s', for: '10s' },
      { fault: 'wrong-clock', device: 'c', at: '1h', offset: '-1d' },
    ]);

  test('gives each turn once, in order of time, when it is due', () => {
    const faults = timeline();
    const at = (now: number) => faults.due(now).map(({ fault, on }) => `${fault} ${on}`);
    expect(at(4_999)).toEqual([]);
    expect(at(5_000)).toEqual(['power-cut true']);
    expect(at(5_000)).toEqual([]);
    expect(at(20_000)).toEqual(['late true', 'power-cut false']);
  });

  test('reads lengths of time, also backwards, and knows the whole site', () => {
    const turns = timeline().due(3_600_000);
    expect(turns.map(({ device }) => device)).toEqual([null, 'b', null, 'c']);
    expect(turns[1]?.options).toEqual({ delay: 2_000 });
    expect(turns[3]?.options).toEqual({ offset: -86_400_000 });
  });
});

test.each([
  ['nsu=urn:hygate:x;s=Temp', { namespace: { uri: 'urn:hygate:x' }, id: 's=Temp' }],
  ['ns=2;i=42', { namespace: { index: 2 }, id: 'i=42' }],
  ['i=42', { namespace: { index: 0 }, id: 'i=42' }],
  ['nsu=;s=x', undefined],
  ['Temp', undefined],
])('the node %s is read', (text, node) => {
  expect(parseNode(text)).toEqual(node);
});
