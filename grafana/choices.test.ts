import fc from 'fast-check';
import { expect, test } from 'vitest';
import { customOptions } from '../test/grafana/custom-options.ts';
import { areaChoices, choicesText, deviceChoices, siteChoice } from './choices.ts';
import type { Scope } from './scope.ts';

const named = (id: string, zh: string, rest: object) => ({ id, name: { zh, en: `${zh} (en)` }, ...rest });
const scope = {
  language: 'zh',
  drivers: new Map(),
  site: {
    ...named('north', '北院', {}),
    areas: [named('store', '暂存间, 一楼', {}), named('pool', '泳池 : 室内', {})],
    devices: [
      named('pool-1', '监测站', { area: 'pool' }),
      named('cold-1', '冷库 1', { area: 'store' }),
      named('cold-2', '冷库 2', { area: 'store' }),
    ],
  },
} as unknown as Scope;

test('areas and devices are chosen by their names, devices in the order of the areas in which they are', () => {
  expect(siteChoice(scope)).toEqual({ text: '北院', value: 'north' });
  expect(areaChoices({ ...scope, language: 'en' })).toContainEqual({
    ...{ text: '泳池 : 室内 (en)', value: 'pool' },
  });
  expect(deviceChoices(scope)).toEqual([
    { text: '暂存间, 一楼 · 冷库 1', value: 'cold-1' },
    { text: '暂存间, 一楼 · 冷库 2', value: 'cold-2' },
    { text: '泳池 : 室内 · 监测站', value: 'pool-1' },
  ]);
});

test('commas, colons and breaks of lines in names change no choice', () => {
  expect(choicesText(areaChoices(scope))).toBe('暂存间\\, 一楼 : store, 泳池 : 室内 : pool');
  const name = fc.string({ unit: fc.constantFrom(...',:\\ \n"|.ab冷库'), minLength: 1, maxLength: 12 });
  const id = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
  const choices = fc.array(fc.record({ text: name.filter((text) => text.trim() !== ''), value: id }));
  fc.assert(
    fc.property(choices, (all) => {
      const read = customOptions(choicesText(all));
      expect(read.map(({ value }) => value)).toEqual(all.map(({ value }) => value));
      const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
      expect(read.map(({ text }) => text)).toEqual(all.map(({ text }) => onOneLine(text)));
    }),
  );
});
