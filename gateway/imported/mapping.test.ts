import { expect, test } from 'vitest';
import { readSiteText } from '../../test/kit/imported-site.ts';
import { judge } from './import.ts';
import { ownMapping, parseMapping } from './mapping.ts';

const site = await readSiteText();

test('a mapping names point, measurement, field, tags and the way into our unit', () => {
  const text =
    'fridge-1.temp: { measurement: t, field: f, tags: { sensor: "12" }, factor: 0.1, offset: -40 }';
  expect(parseMapping(text, site)).toEqual([
    {
      ...{ point: 'fridge-1.temp', measurement: 't', field: 'f', tags: { sensor: '12' } },
      ...{ factor: 0.1, offset: -40, range: expect.anything() },
    },
  ]);
});

test.each([
  ['fridge-9.temp: { measurement: t }', 'the site has no point "fridge-9.temp"'],
  ['fridge-1.temp: { measurment: t }', '/fridge-1.temp'],
  ['fridge-1.temp: 7', '/fridge-1.temp'],
  ['- a', 'The mapping cannot be used'],
  ['a: [', 'The mapping cannot be used'],
])('a mistake in it is named: %s', (text, said) => {
  expect(() => parseMapping(text, site)).toThrow(said);
});

test('without one, the series are those that a Hygate writes', () => {
  expect(ownMapping(site)[0]).toMatchObject({
    ...{ point: 'fridge-1.temp', measurement: 'temperature', field: 'value', factor: 1, offset: 0 },
    tags: { site: 'clinic', device: 'fridge-1', point: 'temp' },
  });
});

test('what cannot be a value of the point is refused, each by its reason', () => {
  const [series] = parseMapping('fridge-1.temp: { measurement: t, factor: 0.1 }', site);
  if (series === undefined) throw new Error('no series');
  const rows = [
    [1, 45],
    [2, '45'],
    [3, null],
    [4, 99_999],
    [-1, 45],
    [5, 45],
  ] as const;
  const { samples, refused } = judge(series, rows, { from: 0, to: 5 });
  expect(samples).toEqual([{ at: 1, value: 4.5 }]);
  expect(refused).toEqual({ 'not-asked-for': 2, 'not-a-number': 2, 'out-of-range': 1 });
});
