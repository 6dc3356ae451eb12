import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alarm, NumberedAlarmEvent } from './alarm.ts';
import { conditionPoint, conditionRule } from './condition.ts';
import type { NumberedEvent } from './journal.ts';
import { quantities } from './quantity.ts';
import { ALARM_MEASUREMENT, EVENT_MEASUREMENT, seriesSite, VITALS_MEASUREMENT } from './series.ts';
import { alarmRow, eventRow } from './series-rows.ts';
import type { Site } from './site.ts';
import { DAY, HOUR, MINUTE } from './time.ts';
import { vitalsEvent } from './vitals.ts';

const AT = 1_795_000_000_123;

const site = seriesSite({
  id: 'hz',
  name: { zh: '二院', en: 'Second Hospital' },
  timeZone: 'Asia/Shanghai',
  areas: [{ id: 'vaccine', name: { zh: '接种', en: 'Vaccination' }, kind: 'cold-chain' }],
  devices: [
    {
      ...{ id: 'fridge-1', area: 'vaccine', name: { zh: '一号冰箱', en: 'Fridge 1' } },
      points: [
        {
          ...{
            id: 'fridge-1.temp',
            key: 'temp',
            device: 'fridge-1',
            area: 'vaccine',
            quantity: 'temperature',
          },
          name: { zh: '温度', en: 'temperature' },
        },
        {
          ...{ id: 'fridge-1.door', key: 'door', device: 'fridge-1', area: 'vaccine', quantity: 'door' },
          name: { zh: '箱门', en: 'door' },
        },
      ],
    },
  ],
} as unknown as Site);

const alarm = {
  ...{ id: 'a-1', point: 'fridge-1.temp', state: 'unacknowledged', value: 9.5, worst: 10.25 },
  ...{ shelvedUntil: null, suppressedBy: null, outOfService: false },
  rule: { kind: 'limit', id: 'high', severity: 'critical', limit: 8, onDelay: 10 * MINUTE },
} as unknown as Alarm;

const alarmEvent = (more: Partial<NumberedAlarmEvent> = {}): NumberedAlarmEvent => ({
  ...{ type: 'raised', at: AT, by: null, comment: null, alarm, no: 7 },
  ...more,
});
const event = (more: Partial<NumberedEvent> = {}): NumberedEvent => ({
  ...{ type: 'login', at: AT, by: 'li', data: { address: '10.0.0.8' }, seq: 3_000_042 },
  ...more,
});

test('an alarm event says where, what and how it stands, with what is known and nothing else', () => {
  expect(alarmRow(alarmEvent(), site)).toEqual({
    ...{ measurement: 'alarm', at: AT, order: 7 },
    tags: {
      ...{ site: 'hz', area: 'vaccine', device: 'fridge-1', point: 'temp' },
      ...{ rule: 'high', kind: 'limit', severity: 'critical', type: 'raised' },
    },
    fields: {
      ...{ alarm: 'a-1', state: 'unacknowledged', rank: 3 },
      ...{ standing: 1, standing_alarm: 'a-1', standing_state: 'unacknowledged' },
      ...{ value: 9.5, worst: 10.25, limit: 8 },
      ...{ worst_text: '10.3 °C', worst_text_en: '10.3 °C' },
      ...{ limit_text: '> 8.0 °C，持续 10 分钟', limit_text_en: '> 8.0 °C for 10 min' },
      ...{ text: '一号冰箱 温度 偏高', text_en: 'Fridge 1 temperature too high' },
    },
  });
  const over = { ...alarm, state: 'normal', value: null, worst: null } as const;
  expect(alarmRow(alarmEvent({ alarm: over, by: 'li', comment: '门关好了' }), site).fields).toMatchObject({
    ...{ state: 'normal', standing: 0, by: 'li', comment: '门关好了' },
  });
  expect(alarmRow(alarmEvent({ alarm: over }), site).fields).not.toHaveProperty('value');
});

test('what stands of a rule is told by its last event, also when another occurrence does, or only a quiet one', () => {
  const standing = (more: Partial<NumberedAlarmEvent>) => {
    const { fields } = alarmRow(alarmEvent(more), site);
    return [fields['standing'], fields['standing_alarm'], fields['standing_state'], fields['alarm']];
  };
  const over: Alarm = { ...alarm, state: 'normal' };
  expect(standing({ alarm: over })).toEqual([0, undefined, undefined, 'a-1']);
  const stands = { alarm: 'a-2', state: 'unacknowledged', mark: null } as const;
  expect(standing({ alarm: over, stands })).toEqual([1, 'a-2', 'unacknowledged', 'a-1']);
  expect(standing({ alarm: { ...alarm, shelvedUntil: AT } })).toEqual([2, 'a-1', 'shelved', 'a-1']);
  expect(standing({ alarm: over, stands: { ...stands, mark: 'suppressed' } })).toEqual([
    ...[2, 'a-2', 'suppressed', 'a-1'],
  ]);
});

test('numbers are told with their unit, in what the rule compares; a state and silence have no worst', () => {
  const told = (rule: object, worst: number | null, point = 'fridge-1.temp') => {
    const { fields } = alarmRow(alarmEvent({ alarm: { ...alarm, rule, worst, point } as Alarm }), site);
    const { worst_text, worst_text_en, limit_text, limit_text_en } = fields;
    return [worst_text, worst_text_en, limit_text, limit_text_en];
  };
  const high = { severity: 'critical', id: 'high', inclusive: false, onDelay: 0 };
  const exposure = { ...high, kind: 'exposure', id: 'heat-exposure', beyond: 8, limit: 10 * HOUR };
  expect(told({ ...exposure, within: 7 * DAY }, 11.5 * HOUR)).toEqual([
    ...['11 小时 30 分钟', '11 h 30 min'],
    ...['> 8.0 °C 7 天内累计 > 10 小时', '> 8.0 °C in all within 7 d, > 10 h'],
  ]);
  expect(told({ ...high, kind: 'rate', id: 'rising', limit: 4, within: 30 * MINUTE }, 5.25)).toEqual([
    ...['+5.3 °C', '+5.3 °C', '30 分钟内上升 > 4.0 °C', 'up by > 4.0 °C within 30 min'],
  ]);
  const difference = { ...high, kind: 'difference', id: 'disagreement', limit: 2 };
  expect(told({ ...difference, other: 'fridge-1.door' }, 3)).toEqual([
    ...['3.0 °C', '3.0 °C', '与 一号冰箱 箱门 相差 > 2.0 °C', 'differs from Fridge 1 door by > 2.0 °C'],
  ]);
  expect(told({ ...high, kind: 'no-data', id: 'no-data', after: 5 * MINUTE }, null)).toEqual([
    ...[undefined, undefined, '5 分钟无有效数据', 'no valid data for 5 min'],
  ]);
  expect(told({ ...high, kind: 'limit', limit: 0, onDelay: 2 * MINUTE }, 1, 'fridge-1.door')).toEqual([
    ...[undefined, undefined, '开，持续 2 分钟', 'open for 2 min'],
  ]);
  expect(told(conditionRule('disk-low'), null, conditionPoint('disk-low'))).toEqual(Array(4).fill(undefined));
});

test('an alarm of the gateway about itself is of the device hygate and of no area; a device that left keeps its id', () => {
  const rule = conditionRule('disk-low');
  const own = alarmRow(alarmEvent({ alarm: { ...alarm, rule, point: conditionPoint('disk-low') } }), site);
  expect(own.tags).toMatchObject({ site: 'hz', device: 'hygate', point: 'disk', kind: 'condition' });
  expect(own.tags).not.toHaveProperty('area');
  expect(own.fields).toMatchObject({ text: '二院 网关磁盘空间不足' });
  const gone = alarmRow(alarmEvent({ alarm: { ...alarm, point: 'old-1.temp' } }), site);
  expect(gone.tags).toMatchObject({ device: 'old-1', point: 'temp' });
  expect(gone.fields).toMatchObject({ text: 'old-1.temp old-1.temp 偏高' });
});

test('an event is named for people, by whom, and with the rest on one line; its token is told to nobody', () => {
  expect(eventRow(event(), site)).toEqual({
    ...{ measurement: 'event', at: AT, order: 42, tags: { site: 'hz', type: 'login' } },
    fields: { text: '登录', text_en: 'logged in', by: 'li', detail: 'address: 10.0.0.8' },
  });
  const data = { alarm: 'a-1', comment: 'a\nb', token: 'x-y', devices: { a: 1 }, until: null, reason: '' };
  expect(eventRow(event({ type: 'alarm-commented', data }), site).fields['detail']).toBe(
    'alarm: a-1, comment: a b, reason:',
  );
  const until = eventRow(event({ type: 'point-out-of-service', data: { until: AT } }), site);
  expect(until.fields['detail']).toBe('until: 2026-11-18 19:06:40');
  expect(eventRow(event({ type: 'of-tomorrow', by: null, data: {} }), site).fields).toEqual({
    ...{ text: 'of-tomorrow', text_en: 'of-tomorrow' },
  });
});

test('an event is of the device or the point that it names, where the site has it; else it makes no series', () => {
  const tagsOf = (data: NumberedEvent['data']) => eventRow(event({ data }), site).tags;
  const where = { site: 'hz', area: 'vaccine', device: 'fridge-1', type: 'login' };
  expect(tagsOf({ device: 'fridge-1' })).toEqual(where);
  expect(tagsOf({ point: 'fridge-1.temp' })).toEqual({ ...where, point: 'temp' });
  expect(tagsOf({ device: 'x'.repeat(999) })).toEqual({ site: 'hz', type: 'login' });
  expect(eventRow(event({ data: { device: 'who' } }), site).fields['detail']).toBe('device: who');
  expect(tagsOf({ device: null, point: 5 })).toEqual({ site: 'hz', type: 'login' });
});

test('vitals are numbers in the measurement of the gateway, also those that this version does not know', () => {
  const vitals = vitalsEvent({ uptime_s: 60, disk_free_share: 0.50049 }, AT);
  const row = eventRow(
    { ...vitals, data: { ...vitals.data, wind: 3, note: 'x', broken: Number.NaN }, seq: 1 },
    site,
  );
  expect(row).toMatchObject({ measurement: 'gateway', tags: { site: 'hz' } });
  expect(row.fields).toEqual({ uptime_s: 60, disk_free_share: 0.5, wind: 3 });
});

test('no quantity has the name of a measurement beside the readings', () => {
  for (const name of [ALARM_MEASUREMENT, EVENT_MEASUREMENT, VITALS_MEASUREMENT])
    expect(Object.keys(quantities)).not.toContain(name);
});

test('whatever a person writes, a text stays on its line, is whole Unicode, not empty and not endless', () => {
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 5_000 }), fc.constant('\u0000\n'));
  fc.assert(
    fc.property(text, text, (comment, detail) => {
      const rows = [alarmRow(alarmEvent({ comment }), site), eventRow(event({ data: { detail } }), site)];
      for (const said of rows.flatMap(({ fields }) => Object.values(fields))) {
        if (typeof said === 'number') continue;
        expect(said).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(said.isWellFormed()).toBe(true);
        expect(said.trim()).not.toBe('');
        expect(said.length).toBeLessThanOrEqual(2_000);
      }
    }),
  );
}, 120_000);
