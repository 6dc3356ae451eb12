import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Rule } from '#model/rule';
import { HOUR, MINUTE } from '#model/time';
import { limitRule } from '../../../../test/kit/alarms-site.ts';
import { message, SINCE } from '../../../../test/kit/written-message.ts';

/* Each kind of rule has its own numbers. */

const about = { basis: limitRule().basis, advice: limitRule().advice, severity: 'warning' } as const;
const threshold = { ...about, inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 };

const lines = (rule: Rule, over: Partial<Alarm> = {}) =>
  message({ rule, ...over })
    .body.zh.split('\n')
    .slice(2, -3);

test.each<[string, Rule, Partial<Alarm>, string[]]>([
  [
    'fault',
    { ...about, kind: 'fault', id: 'bad-sensor', reasons: ['sensor-fault'], after: 5 * MINUTE },
    { value: null, worst: null },
    ['情况：传感器故障', '持续超过：5 分钟'],
  ],
  [
    'frozen',
    { ...about, kind: 'frozen', id: 'frozen', least: 0.05, after: 2 * HOUR },
    { value: 4.2, worst: 4.2 },
    ['情况：读数长时间不变', '数值：4.2 °C', '不变时间：超过 2 小时（变化不超过 0.05 °C）'],
  ],
  [
    'falling',
    { ...threshold, kind: 'rate', id: 'falling', within: 30 * MINUTE, limit: 3 },
    { value: -3.25, worst: -4 },
    ['情况：下降过快', '变化：30 分钟内下降 3.25 °C', '最大变化：30 分钟内下降 4.0 °C', '限值：> 3.0 °C'],
  ],
  [
    'hourly mean',
    { ...threshold, kind: 'mean', id: 'hourly-mean-low', coverage: 0.75, limit: 2 },
    { value: 1.333333333, worst: 1.333333333 },
    ['情况：小时均值偏低', '时段：01-06 00:00 – 01-06 01:00', '数值：1.333 °C', '限值：< 2.0 °C'],
  ],
  [
    'daily mean',
    { ...threshold, kind: 'mean', id: 'daily-mean-high', coverage: 0.75, limit: 8 },
    { value: 9, worst: 9 },
    ['情况：日均值偏高', '时段：2026-01-06', '数值：9.0 °C', '限值：> 8.0 °C'],
  ],
  [
    'exposure in one go',
    { ...threshold, kind: 'exposure', id: 'freeze-exposure', beyond: -0.5, within: 'event', limit: HOUR },
    { value: HOUR, worst: HOUR + 5 * MINUTE },
    ['情况：受冻超时', '已处于：< -0.5 °C, 1 小时 5 分钟', '允许：< -0.5 °C, ≤ 1 小时 (单次)'],
  ],
  [
    'exposure over a time',
    { ...threshold, kind: 'exposure', id: 'heat-exposure', beyond: 8, within: 24 * HOUR, limit: 10 * HOUR },
    { value: 10 * HOUR, worst: 10 * HOUR },
    ['情况：累计受热超时', '已处于：> 8.0 °C, 10 小时', '允许：> 8.0 °C, ≤ 10 小时 (1 天内累计)'],
  ],
  [
    'exposure of which the limit itself counts',
    {
      ...{ ...threshold, kind: 'exposure', id: 'warm-exposure', beyond: 30, including: true },
      ...{ within: 'event', limit: HOUR, inclusive: true },
    },
    { value: HOUR, worst: HOUR },
    ['情况：累计偏暖超时', '已处于：≥ 30.0 °C, 1 小时', '允许：≥ 30.0 °C, < 1 小时 (单次)'],
  ],
  [
    'kinetic mean',
    { ...threshold, kind: 'kinetic-mean', id: 'kinetic-mean', within: 30 * 24 * HOUR, limit: 8 },
    { value: 8.4321, worst: 8.4321 },
    ['情况：平均动力学温度偏高', '时段：30 天', '数值：8.432 °C', '限值：> 8.0 °C'],
  ],
  [
    'difference',
    { ...threshold, kind: 'difference', id: 'disagreement', other: 'fridge-1.temp', limit: 1 },
    { value: 1.5, worst: 1.5 },
    ['情况：两探头读数不一致', '对比：一号冰箱 温度', '数值：1.5 °C', '限值：> 1.0 °C'],
  ],
  [
    'forecast',
    { ...threshold, kind: 'forecast', id: 'forecast-low', horizon: 30 * MINUTE, limit: 2 },
    { value: 3.1, worst: 3.1 },
    ['情况：预计将偏低', '数值：3.1 °C', '限值：< 2.0 °C', '预计超限：30 分钟内（按目前趋势）'],
  ],
  [
    'forecast that says when',
    { ...threshold, kind: 'forecast', id: 'forecast-high', horizon: 30 * MINUTE, limit: 8 },
    { value: 7.1, worst: 7.1, expectedAt: SINCE + 22 * MINUTE },
    ['情况：预计将偏高', '数值：7.1 °C', '限值：> 8.0 °C', '预计超限：2026-01-06 00:22:00（按目前趋势）'],
  ],
])('%s', (_, rule, over, expected) => {
  expect(lines(rule, over)).toEqual(expected);
});

test('no kind and no event is without words in either language', () => {
  for (const event of ['raised', 'escalated', 'reminder', 'cleared'] as const)
    for (const language of ['zh', 'en'] as const)
      expect(message({}, event).body[language]).not.toMatch(/undefined|null|NaN/);
});
