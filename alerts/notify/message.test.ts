import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { conditionPoint, conditionRule } from '#model/condition';
import type { Delivery } from '#model/outbox';
import { HOUR, MINUTE } from '#model/time';
import { alarmSite, limitRule, noDataRule } from '../../test/kit/alarms-site.ts';
import { messageOf } from './message.ts';

const SINCE = Date.UTC(2026, 0, 5, 16, 0, 0);
const site = alarmSite({ rules: [limitRule()] });

function delivery(over: Partial<Alarm> = {}, event: Delivery['event'] = 'raised'): Delivery {
  const alarm: Alarm = {
    ...{ id: 'a-1', point: 'fridge-1.temp', rule: limitRule(), state: 'unacknowledged', since: SINCE },
    ...{ raisedAt: SINCE + 10 * MINUTE, clearedAt: null, value: 9.24, worst: 11, late: false },
    ...{ acknowledged: null, shelvedUntil: null, ...over },
  };
  return {
    ...{ id: 1, key: 'a-1.2.raised', event, at: SINCE, person: 'li', alarm, tries: 0, closed: [] },
    ...{ doubtful: false, waiting: 1 },
  };
}

const message = (over: Partial<Alarm> = {}, event: Delivery['event'] = 'raised') =>
  messageOf(delivery(over, event), site, 'Asia/Shanghai');

test('says in Chinese where, what, how much, since when, and what to do', () => {
  const { subject, body } = message();
  expect(subject.zh).toBe('[严重] 一号冰箱 温度 偏高');
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
  expect(subject.en).toBe('[Critical] Fridge 1 Temperature too high');
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
  expect(subject.zh).toBe('[恢复] 一号冰箱 温度 偏高');
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

test('a doubtful delivery is a repeat', () => {
  const again = messageOf({ ...delivery(), doubtful: true }, site, 'Asia/Shanghai');
  expect(again.repeat).toBe(true);
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
  const { subject, body } = messageOf(delivery({ rule, value: 1, worst: 1 }), withDoor, 'Asia/Shanghai');
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
