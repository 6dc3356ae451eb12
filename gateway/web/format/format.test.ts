import { expect, test } from 'vitest';
import type { Rule } from '#model/rule';
import type { Certainty } from '#model/standard';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { formatMeasure, formatValue } from './number.ts';
import { formatBasis, formatRule } from './rule.ts';
import { formatAge, formatLength, formatMoment, toLocalInput } from './time.ts';

test.each([
  [4.25, 'temperature', '4.3 °C'],
  [-18.44, 'temperature', '−18.4 °C'],
  [-0.04, 'temperature', '0.0 °C'],
  [7, 'ph', '7.00'],
  [0.1116, 'dose-rate', '0.112 µSv/h'],
] as const)('%d of %s is written %s', (value, quantity, text) => {
  expect(formatMeasure(value, quantity, 'zh')).toBe(text);
});

test('a state is a word, and a number without a word stays a number', () => {
  expect(formatValue(1, 'door', 'zh')).toBe('开');
  expect(formatMeasure(0, 'power', 'en')).toBe('lost');
  expect(formatValue(7, 'door', 'en')).toBe('7');
});

test.each([
  [0, '0 秒', '0 s'],
  [59 * SECOND, '59 秒', '59 s'],
  [90 * MINUTE, '1 小时 30 分钟', '1 h 30 min'],
  [2 * HOUR + 59 * SECOND, '2 小时', '2 h'],
  [3 * DAY + HOUR, '3 天 1 小时', '3 d 1 h'],
  [-5 * SECOND, '0 秒', '0 s'],
])('a length of %d ms is %s', (length, zh, en) => {
  expect(formatLength(length, 'zh')).toBe(zh);
  expect(formatLength(length, 'en')).toBe(en);
});

test('a fresh value is now, an old one has its age', () => {
  expect(formatAge(4_999, 'zh')).toBe('刚刚');
  expect(formatAge(-3_000, 'en')).toBe('now');
  expect(formatAge(3 * MINUTE, 'zh')).toBe('3 分钟前');
  expect(formatAge(3 * MINUTE, 'en')).toBe('3 min ago');
});

test('a moment has its date when it is not today, and its year when it is not this one', () => {
  const now = new Date(2026, 2, 1, 14, 5, 9).getTime();
  expect(formatMoment(now, now)).toBe('14:05:09');
  expect(formatMoment(now - DAY, now)).toBe('02-28 14:05:09');
  expect(formatMoment(now - 90 * DAY, now)).toMatch(/^2025-/);
  expect(toLocalInput(now)).toBe('2026-03-01T14:05');
});

const limit = (id: 'low' | 'high', inclusive: boolean): Rule => ({
  ...{ kind: 'limit', id, inclusive, limit: 8, deadband: 0, onDelay: 0, offDelay: 0, severity: 'critical' },
  ...{ basis: { document: 'GB 1', certainty: 'S' }, advice: { zh: '', en: '' } },
});

test('a limit says on which side it is crossed', () => {
  expect(formatRule(limit('high', false), 'temperature', 'zh')).toBe('> 8.0 °C');
  expect(formatRule(limit('high', true), 'temperature', 'zh')).toBe('≥ 8.0 °C');
  expect(formatRule(limit('low', true), 'ph', 'zh')).toBe('≤ 8.00');
});

test.each<[Certainty, string, string]>([
  ['S', '依据 GB 1 表 2', 'per GB 1 表 2'],
  ['S2', '依据 GB 1 表 2', 'per GB 1 表 2'],
  ['M+', '默认值 (GB 1)', 'default (GB 1)'],
  ['M?', '默认值 (GB 1)', 'default (GB 1)'],
  ['E', '默认值', 'default'],
])('a limit of certainty %s is called %s', (certainty, zh, en) => {
  expect(formatBasis({ document: 'GB 1', clause: '表 2', certainty }, 'zh')).toBe(zh);
  expect(formatBasis({ document: 'GB 1', clause: '表 2', certainty }, 'en')).toBe(en);
});
