import { expect, test } from 'vitest';
import { HOUR, MINUTE } from '#model/time';
import { limitRule } from '../../../../test/kit/alarms-site.ts';
import { raised, SINCE, write } from '../../../../test/kit/written-message.ts';

const door = limitRule({ severity: 'warning', advice: { zh: '关门', en: 'Close the door' } });
const warning = raised({ id: 'a-2', point: 'fridge-2.temp', rule: door, since: SINCE - HOUR });
const over = raised({
  id: 'a-3',
  point: 'fridge-3.temp',
  clearedAt: SINCE + 20 * MINUTE,
  state: 'returned',
});

test('many at once are a list: what lasts before what is over, the worst first, and what to do about it', () => {
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

test('many at once that are all over ask for nothing', () => {
  const alarms = [over, { ...over, id: 'a-4', point: 'fridge-4.temp' }];
  const { subject, body } = write({ event: 'digest', alarms });
  expect(subject.zh).toMatch(/^\[恢复\] 2 项：/);
  expect(body.zh).not.toContain('首先');
});

test('many at once of one chattering rule are one entry with a count', () => {
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

test('many at once list each alarm up to thirty, the critical ones in any case before the others, and say how many more', () => {
  const alarms = Array.from({ length: 40 }, (_, n) => ({ ...warning, id: `w-${n}`, point: `w-${n}.temp` }));
  const { body } = write({ event: 'digest', alarms: [...alarms, raised()] });
  expect(body.zh).toContain('1：[严重] 一号冰箱');
  expect(body.zh).toContain('另有：11 项，见页面');
});
