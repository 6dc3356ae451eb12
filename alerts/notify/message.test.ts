import { describe, expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { conditionPoint, conditionRule } from '#model/condition';
import type { Delivery } from '#model/outbox';
import type { Rule } from '#model/rule';
import { HOUR, MINUTE } from '#model/time';
import { alarmSite, limitRule, noDataRule } from '../../test/kit/alarms-site.ts';
import { anAlarm, newDelivery } from '../../test/kit/outbox.ts';
import { messageOf, type Writing } from './message.ts';

const SINCE = Date.UTC(2026, 0, 5, 16, 0, 0);
const site = alarmSite({ rules: [limitRule()] });

const raised = (over: Partial<Alarm> = {}): Alarm =>
  anAlarm({ since: SINCE, raisedAt: SINCE + 10 * MINUTE, value: 9.24, worst: 11, ...over });

const delivery = (told: Partial<Delivery> = {}): Delivery => ({
  ...newDelivery({ alarms: [raised()], at: SINCE + 10 * MINUTE, ...told }),
  ...{ id: 1, tries: 0, closed: [], doubtful: false, waiting: 1, ...told },
});

const write = (told: Partial<Delivery>, writing: Partial<Writing> = {}) =>
  messageOf(delivery(told), { site, link: null, isLate: false, ...writing });

const message = (over: Partial<Alarm> = {}, event: Delivery['event'] = 'raised') =>
  write({ alarms: [raised(over)], event });

test('says in Chinese where, what, how much, since when, and what to do', () => {
  const { subject, body } = message();
  expect(subject.zh).toBe('[严重] 一号冰箱 温度 偏高 9.24 °C');
  expect(body.zh.split('\n')).toEqual([
    '位置：测试医院 / 预防接种门诊 / 一号冰箱 / 温度',
    '级别：严重',
    '情况：偏高',
    '数值：9.24 °C',
    '最差值：11.0 °C',
    '限值：> 8.0 °C',
    '依据：GB 0-2000 1.1',
    '开始：2026-01-06 00:00:00',
    '处置：检查冰箱门',
  ]);
});

test('says the same in English', () => {
  const { subject, body } = message();
  expect(subject.en).toBe('[Critical] Fridge 1 Temperature too high 9.24 °C');
  expect(body.en).toContain('Limit: > 8.0 °C\nBasis: GB 0-2000 1.1\nSince: 2026-01-06 00:00:00');
  expect(body.en).toContain('What to do: Check the door');
});

test.each(['M+', 'M?', 'E'] as const)(
  'a number of certainty %s is a default, never per clause',
  (certainty) => {
    const basis = { document: 'GB 0-2000', clause: '1.1', certainty };
    const { body } = message({ rule: limitRule({ basis }) });
    expect(body.zh).toContain('依据：默认值');
    expect(body.en).toContain('Basis: default');
    expect(body.zh + body.en).not.toContain('GB 0-2000');
  },
);

test.each(['S', 'S2'] as const)('a number of certainty %s names its clause', (certainty) => {
  const { body } = message({
    rule: limitRule({ basis: { document: 'GB 0-2000', clause: '1.1', certainty } }),
  });
  expect(body.en).toContain('Basis: GB 0-2000 1.1');
});

test('a late finding says that it is not the situation of this moment', () => {
  const { subject, body } = message({ late: true, clearedAt: SINCE + 2 * HOUR + 5 * MINUTE });
  expect(subject.zh).toContain('补传数据');
  expect(body.zh).toContain('并非此刻的情况');
  expect(body.en).toContain('Until: 2026-01-06 02:05:00 (lasted 2 h 5 min)');
});

test('an all-clear says until when and how long, and asks for nothing', () => {
  const { subject, body } = message({ clearedAt: SINCE + 30 * MINUTE }, 'cleared');
  expect(subject.zh).toBe('[恢复] 一号冰箱 温度 偏高，持续 30 分钟');
  expect(subject.en).toBe('[Cleared] Fridge 1 Temperature too high, lasted 30 min');
  expect(body.zh).toContain('恢复：2026-01-06 00:30:00（持续 30 分钟）');
  expect(body.zh).not.toContain('处置');
});

test('no data has no value and no limit, but the time allowed', () => {
  const { body } = message({ rule: noDataRule(), value: null, worst: null });
  expect(body.zh).toContain('情况：无有效数据\n时限：10 分钟\n依据：默认值');
});

test('an inclusive limit says so', () => {
  expect(message({ rule: limitRule({ inclusive: true }) }).body.en).toContain('Limit: ≥ 8.0 °C');
  expect(message({ rule: limitRule({ id: 'low', limit: 2, inclusive: true }) }).body.en).toContain(
    'Limit: ≤ 2.0 °C',
  );
});

test('a point that left the site file is named by its id', () => {
  expect(message({ point: 'gone.temp' }).subject.en).toContain('gone.temp');
});

test('a doubtful delivery is a repeat, and says so', () => {
  const again = write({ doubtful: true });
  expect(again.repeat).toBe(true);
  expect(again.body.zh).toContain('注意：本消息可能已发送过');
  expect(message().repeat).toBe(false);
});

test('a door is open, not too high', () => {
  const device = site.devices[0];
  if (device === undefined) throw new Error('the site has a fridge');
  const door = device.points.map((point) => ({
    ...point,
    name: { zh: '箱门', en: 'Door' },
    quantity: 'door' as const,
  }));
  const withDoor = { ...site, devices: [{ ...device, points: door }] };
  const rule = limitRule({ limit: 1, inclusive: true });
  const { subject, body } = write({ alarms: [raised({ rule, value: 1, worst: 1 })] }, { site: withDoor });
  expect(subject).toEqual({ zh: '[严重] 一号冰箱 箱门 开', en: '[Critical] Fridge 1 Door open' });
  expect(body.zh).toContain('情况：开\n依据：GB 0-2000 1.1\n');
  expect(body.en).not.toMatch(/limit|worst/i);
});

test('an alarm of the gateway about itself says which gateway, what, and what to do', () => {
  const { subject, body } = message({
    ...{ point: conditionPoint('disk-full'), rule: conditionRule('disk-full'), value: null, worst: null },
  });
  expect(subject.zh).toBe('[严重] 测试医院 网关磁盘已满，暂停接收读数');
  expect(body.zh.split('\n')).toEqual([
    '位置：测试医院',
    '级别：严重',
    '情况：网关磁盘已满，暂停接收读数',
    '开始：2026-01-06 00:00:00',
    '处置：请立即清理网关磁盘；记录仪会保留读数，空间恢复后自动补传',
  ]);
});

describe('why a person hears of it', () => {
  const taken = { at: SINCE, by: '王护士', comment: '', until: SINCE + HOUR };

  test('escalated: how long nobody has taken it, and all that a raise says', () => {
    const { subject, body } = write({ event: 'escalated', at: SINCE + 40 * MINUTE });
    expect(subject.zh).toBe('[严重][升级] 一号冰箱 温度 偏高，曾达 11.0 °C，已 30 分钟无人确认');
    expect(subject.en).toBe(
      '[Critical][Escalated] Fridge 1 Temperature too high, reached 11.0 °C, not taken for 30 min',
    );
    expect(body.zh).toContain('确认：自 2026-01-06 00:10:00 起无人确认');
    expect(body.zh).toContain('数值：9.24 °C');
    expect(body.zh).toContain('处置：检查冰箱门');
  });

  test('escalated again: whose acknowledgement ran out', () => {
    const alarms = [raised({ acknowledged: taken })];
    const { subject, body } = write({ event: 'escalated', at: SINCE + HOUR + 5 * MINUTE, alarms });
    expect(subject.zh).toContain('已 5 分钟无人确认');
    expect(body.zh).toContain('确认：王护士 的确认已于 2026-01-06 01:00:00 到期，报警仍在持续');
    expect(body.en).toContain('Acknowledged: by 王护士, ran out at 2026-01-06 01:00:00');
  });

  test('reminder: it goes on', () => {
    const { subject } = write({ event: 'reminder', at: SINCE + 3 * HOUR });
    expect(subject.zh).toBe('[严重][提醒] 一号冰箱 温度 偏高，曾达 11.0 °C，仍在持续，已 2 小时 50 分钟');
  });

  test('reminder of what is over: only to be acknowledged', () => {
    const alarms = [raised({ state: 'returned', clearedAt: SINCE + HOUR })];
    expect(write({ event: 'reminder', at: SINCE + 3 * HOUR, alarms }).subject.zh).toContain('已恢复，待确认');
  });

  test('whoever comes on duty hears how long it has been open', () => {
    expect(write({ at: SINCE + HOUR }).body.en).toContain(
      'Acknowledged: by nobody since 2026-01-06 00:10:00',
    );
    expect(write({}).body.en).not.toContain('Acknowledged');
  });
});

describe('the regular test', () => {
  const testing = { ...site, testCall: { week: 1, day: 1, at: 600, answerWithin: 4 * HOUR } };
  const told = { event: 'test', alarms: [], severity: 'notice' } as const;

  test('says that it is one, and how to answer', () => {
    const { subject, body, link } = write(told, { site: testing, link: 'https://gw/l/x' });
    expect(subject.zh).toBe('[测试] 测试医院 报警通知测试，请确认收到');
    expect(body.zh).toContain('处置：请在 4 小时内打开链接确认收到');
    expect(body.en).toContain('there is no alarm');
    expect(link).toBe('https://gw/l/x');
  });

  test('without a link asks for an answer on the page', () => {
    expect(write(told, { site: testing }).body.en).toContain('confirm on the page within 4 h');
  });
});

test('what is sent late says so first, and when it was due', () => {
  const { subject, body } = write({}, { isLate: true });
  expect(subject.zh).toBe('[迟发][严重] 一号冰箱 温度 偏高 9.24 °C');
  expect(subject.en).toBe('[Sent late] [Critical] Fridge 1 Temperature too high 9.24 °C');
  expect(body.zh).toContain('注意：本消息迟发，应于 2026-01-06 00:10:00 发出');
});

describe('many at once', () => {
  const door = limitRule({ severity: 'warning', advice: { zh: '关门', en: 'Close the door' } });
  const warning = raised({ id: 'a-2', point: 'fridge-2.temp', rule: door, since: SINCE - HOUR });
  const over = raised({
    id: 'a-3',
    point: 'fridge-3.temp',
    clearedAt: SINCE + 20 * MINUTE,
    state: 'returned',
  });

  test('are a list: what lasts before what is over, the worst first, and what to do about it', () => {
    const { subject, body } = write({ event: 'digest', alarms: [over, warning, raised()] });
    expect(subject.zh).toBe('[严重] 3 项：一号冰箱 温度 偏高 等');
    expect(subject.en).toBe('[Critical] 3 alarms: Fridge 1 Temperature too high and others');
    expect(body.zh.split('\n')).toEqual([
      '站点：测试医院',
      '1：[严重] 一号冰箱 温度 偏高 01-06 00:00 起',
      '2：[警告] fridge-2.temp fridge-2.temp 偏高 01-05 23:00 起',
      '3：[严重，已恢复] fridge-3.temp fridge-3.temp 偏高 01-06 00:00 – 01-06 00:20',
      '首先：检查冰箱门',
    ]);
  });

  test('that are all over ask for nothing', () => {
    const alarms = [over, { ...over, id: 'a-4', point: 'fridge-4.temp' }];
    const { subject, body } = write({ event: 'digest', alarms });
    expect(subject.zh).toMatch(/^\[恢复\] 2 项：/);
    expect(body.zh).not.toContain('首先');
  });

  test('of one chattering rule are one entry with a count', () => {
    const alarms = Array.from({ length: 14 }, (_, n) =>
      raised({
        id: `a-${n}`,
        since: SINCE + n * MINUTE,
        clearedAt: SINCE + (n + 0.5) * MINUTE,
        state: 'returned',
      }),
    );
    const { subject, body } = write({ event: 'digest', alarms });
    expect(subject.zh).toBe('[恢复] 一号冰箱 温度 偏高 ×14');
    expect(body.zh).toContain('1：[严重，已恢复] 一号冰箱 温度 偏高 ×14 01-06 00:13 – 01-06 00:13');
  });

  test('list each alarm up to thirty, the critical ones in any case before the others, and say how many more', () => {
    const alarms = Array.from({ length: 40 }, (_, n) => ({ ...warning, id: `w-${n}`, point: `w-${n}.temp` }));
    const { body } = write({ event: 'digest', alarms: [...alarms, raised()] });
    expect(body.zh).toContain('1：[严重] 一号冰箱');
    expect(body.zh).toContain('另有：11 项，见页面');
  });
});

const about = { basis: limitRule().basis, advice: limitRule().advice, severity: 'warning' } as const;
const threshold = { ...about, inclusive: false, deadband: 0, onDelay: 0, offDelay: 0 };

describe('each kind of rule has its own numbers', () => {
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
});
