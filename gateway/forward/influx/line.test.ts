import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading } from '#model/reading';
import { type ForwardSite, lineEncoder, rowLine } from './line.ts';

const site = {
  id: 'hz-second',
  devices: [
    {
      points: [
        { id: 'fridge-1.temp', key: 'temp', quantity: 'temperature', area: 'vaccine', device: 'fridge-1' },
        { id: 'x.y', key: 'y,=z', quantity: 'ph', area: '东 区', device: 'd\n1' },
      ],
    },
  ],
} as unknown as ForwardSite;

const encode = lineEncoder(site);
const reading = (more: Partial<Reading> = {}): Reading => ({
  point: 'fridge-1.temp',
  at: 1_795_000_000_123,
  value: 4,
  quality: 'good',
  reason: null,
  ...more,
});
const HEAD = 'temperature,area=vaccine,device=fridge-1,point=temp,site=hz-second';

test('a value is a float and the quality an integer, at the millisecond', () => {
  expect(encode(reading())).toBe(`${HEAD} value=4,q=0i 1795000000123000000`);
  expect(encode(reading({ value: -0.5, quality: 'uncertain', reason: 'stale' }))).toBe(
    `${HEAD} value=-0.5,q=1i 1795000000123000000`,
  );
});

test('a reading without a value writes its quality alone; a bad one that has a value keeps it', () => {
  expect(encode(reading({ value: null, quality: 'bad', reason: 'comm-timeout' }))).toBe(
    `${HEAD} q=2i 1795000000123000000`,
  );
  expect(encode(reading({ value: 99, quality: 'bad', reason: 'out-of-range' }))).toBe(
    `${HEAD} value=99,q=2i 1795000000123000000`,
  );
});

test('characters with a meaning in the line protocol are escaped in tags', () => {
  expect(encode(reading({ point: 'x.y' }))).toBe(
    'ph,area=东\\ 区,device=d\\n1,point=y\\,\\=z,site=hz-second value=4,q=0i 1795000000123000000',
  );
});

test('a point that the site does not have is no line', () => {
  expect(encode(reading({ point: 'gone.temp' }))).toBeUndefined();
});

test('a row beside the readings: numbers are floats, texts are texts, its order stands behind the millisecond', () => {
  const row = {
    ...{ measurement: 'alarm', at: 1_795_000_000_123, order: 42 },
    tags: { type: 'raised', device: 'd,=1', area: '' },
    fields: { standing: 1, worst: -0.5, comment: 'he said "8 °C", C:\\x=1 😀' },
  };
  expect(rowLine(row)).toBe(
    String.raw`alarm,device=d\,\=1,type=raised standing=1,worst=-0.5,comment="he said \"8 °C\", C:\\x=1 😀" 1795000000123000042`,
  );
});

test('the number in the line is the very number of the reading', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = / value=([^,i]+),q=/.exec(encode(reading({ value })) ?? '')?.[1];
      expect(Number(text)).toBe(value === 0 ? 0 : value);
    }),
  );
});
