import { expect, test } from 'vitest';
import { formatFinding } from '#model/finding-words';
import { formatExactLength, formatLength } from '#model/length-words';
import { formatLimit, formatMeasure, formatValue } from '#model/measure-words';
import type { Quantity } from '#model/quantity';
import type { Rule } from '#model/rule';
import { formatBasis, formatRule, type RuleSpeech } from '#model/rule-words';
import type { Certainty } from '#model/standard';
import type { Language } from '#model/text';
import { DAY, HOUR, MINUTE, SECOND } from '#model/time';
import { formatAge, formatMoment, formatUntil, toLocalInput } from './time.ts';

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

const about = {
  severity: 'critical',
  basis: { document: 'GB 1', certainty: 'S' },
  advice: { zh: '', en: '' },
} as const;
const threshold = { ...about, limit: 8, inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 };
const limit = (id: 'low' | 'high', inclusive: boolean): Rule => ({
  ...threshold,
  ...{ kind: 'limit', id, inclusive },
});
const speech = (language: Language, quantity: Quantity = 'temperature'): RuleSpeech => ({
  quantity,
  language,
  nameOf: () => '下层温度',
});

const RULES: Readonly<Record<string, Rule>> = {
  limit: { ...threshold, kind: 'limit', id: 'high', onDelay: 10 * MINUTE },
  'no-data': { ...about, kind: 'no-data', id: 'no-data', after: 5 * MINUTE },
  fault: {
    ...about,
    kind: 'fault',
    id: 'bad-sensor',
    reasons: ['sensor-fault', 'decode'],
    after: 5 * MINUTE,
  },
  frozen: { ...about, kind: 'frozen', id: 'frozen', least: 0.05, after: 6 * HOUR },
  rising: { ...threshold, kind: 'rate', id: 'rising', limit: 3, within: 15 * MINUTE },
  'hourly-mean-high': { ...threshold, kind: 'mean', id: 'hourly-mean-high', coverage: 0.75 },
  'warm-exposure': {
    ...{ ...threshold, kind: 'exposure', id: 'warm-exposure', beyond: 30, including: true },
    ...{ within: 'event', limit: HOUR, inclusive: true },
  },
  'freeze-exposure': {
    ...{ ...threshold, kind: 'exposure', id: 'freeze-exposure', beyond: -0.5 },
    ...{ within: 7 * DAY, limit: 90 * MINUTE },
  },
  'kinetic-mean': { ...threshold, kind: 'kinetic-mean', id: 'kinetic-mean', within: 30 * DAY },
  disagreement: { ...threshold, kind: 'difference', id: 'disagreement', other: 'a.b', limit: 2 },
  'difference-low': { ...threshold, kind: 'difference', id: 'difference-low', other: 'a.b', limit: -5 },
  'forecast-low': {
    ...{ ...threshold, kind: 'forecast', id: 'forecast-low', limit: 2, inclusive: true, horizon: 2 * HOUR },
  },
};

function ruleNamed(name: string): Rule {
  const rule = RULES[name];
  if (rule === undefined) throw new Error(`no rule ${name}`);
  return rule;
}

test('a limit says on which side it is crossed', () => {
  expect(formatRule(limit('high', false), speech('zh'))).toBe('> 8.0 °C');
  expect(formatRule(limit('high', true), speech('zh'))).toBe('≥ 8.0 °C');
  expect(formatRule(limit('low', true), speech('zh', 'ph'))).toBe('≤ 8.00');
});

test('a limit keeps all of its digits', () => {
  expect(formatLimit(0.05, 'temperature')).toBe('0.05 °C');
  expect(formatLimit(-18, 'temperature')).toBe('−18.0 °C');
  expect(formatLimit(-0, 'temperature')).toBe('0.0 °C');
});

test.each([
  ['limit', '> 8.0 °C，持续 10 分钟', '> 8.0 °C for 10 min'],
  ['no-data', '5 分钟无有效数据', 'no valid data for 5 min'],
  ['fault', '传感器故障、数据无法解析，持续 5 分钟', 'sensor fault, data cannot be decoded for 5 min'],
  ['frozen', '6 小时内变化不超过 0.05 °C', 'changes by no more than 0.05 °C for 6 h'],
  ['rising', '15 分钟内上升 > 3.0 °C', 'up by > 3.0 °C within 15 min'],
  ['hourly-mean-high', '小时均值 > 8.0 °C', 'hourly mean > 8.0 °C'],
  ['warm-exposure', '≥ 30.0 °C 单次 ≥ 1 小时', '≥ 30.0 °C in one go, ≥ 1 h'],
  ['freeze-exposure', '< −0.5 °C 7 天内累计 > 90 分钟', '< −0.5 °C in all within 7 d, > 90 min'],
  ['kinetic-mean', '30 天平均动力学温度 > 8.0 °C', 'mean kinetic temperature of 30 d > 8.0 °C'],
  ['disagreement', '与 下层温度 相差 > 2.0 °C', 'differs from 下层温度 by > 2.0 °C'],
  ['difference-low', '减去 下层温度 的差值 < −5.0 °C', 'difference from 下层温度 < −5.0 °C'],
  ['forecast-low', '按目前趋势 2 小时内 ≤ 2.0 °C', 'at the present trend ≤ 2.0 °C within 2 h'],
])('the rule %s in words', (name, zh, en) => {
  const rule = ruleNamed(name);
  expect(formatRule(rule, speech('zh'))).toBe(zh);
  expect(formatRule(rule, speech('en'))).toBe(en);
});

test('a rule of a state is the state, and how long it may be so', () => {
  const open: Rule = { ...threshold, kind: 'limit', id: 'high', limit: 0, onDelay: 2 * MINUTE };
  expect(formatRule(open, speech('zh', 'door'))).toBe('开，持续 2 分钟');
  expect(formatRule(open, speech('en', 'door'))).toBe('open for 2 min');
});

test('what a rule found is told in what it compares', () => {
  const find = (name: string, value: number | null) =>
    formatFinding(ruleNamed(name), value, { quantity: 'temperature', language: 'zh' });
  expect(find('rising', 3.25)).toBe('+3.3 °C');
  expect(find('rising', -4)).toBe('−4.0 °C');
  expect(find('warm-exposure', 95 * MINUTE)).toBe('1 小时 35 分钟');
  expect(find('disagreement', 2.4)).toBe('2.4 °C');
  expect(find('frozen', null)).toBe('—');
});

test('lengths that somebody set are told to the second, ends to the minute', () => {
  expect([90 * SECOND, 36 * HOUR, 7 * DAY].map((length) => formatExactLength(length, 'zh'))).toEqual([
    ...['90 秒', '36 小时', '7 天'],
  ]);
  const now = new Date(2026, 2, 1, 23, 5, 9).getTime();
  expect(formatUntil(now, now)).toBe('23:05');
  expect(formatUntil(now + HOUR, now)).toBe('03-02 00:05');
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
