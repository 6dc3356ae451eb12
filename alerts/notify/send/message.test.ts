import { describe, expect, test } from 'vitest';
import { conditionPoint, conditionRule } from '#model/condition';
import { HOUR, MINUTE } from '#model/time';
import { limitRule, noDataRule } from '../../../test/kit/alarms-site.ts';
import { message, raised, SINCE, site, write } from '../../../test/kit/written-message.ts';

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
