import { expect, test } from 'vitest';
import type { Alarm, AlarmEvent, OutOfService } from '#model/alarm';
import { HOUR } from '#model/time';
import { openAlarm } from '../../../test/kit/api-gateway.ts';
import { formatStanding } from './standing.ts';

const now = new Date(2026, 2, 1, 12, 5, 9).getTime();
const until = now + HOUR;
const ask = { at: now, by: 'li', until, oneShot: true, comment: '除霜' };
const service: OutOfService = { point: 'a.b', since: now, until, by: 'li', comment: '送检' };

const said = (alarm: Partial<Alarm>, events: readonly Partial<AlarmEvent>[] = []) => {
  const standing = { alarm: openAlarm('a', now, alarm), events: events as AlarmEvent[], service };
  return (['zh', 'en'] as const).map((language) => formatStanding(standing, { language, now }).join(' | '));
};
const shelved = (by: string | null, more: Partial<AlarmEvent> = {}): Partial<AlarmEvent> => ({
  ...{ type: 'shelved', by, comment: '检修', alarm: openAlarm('a', now, { shelvedUntil: until }) },
  ...more,
});

const taken = { at: now, by: 'li', comment: '', until };

test.each<[string, Partial<Alarm>, string, string]>([
  ['new', {}, '未确认', 'Not acknowledged'],
  [
    ...(['taken', { state: 'acknowledged', acknowledged: taken }] as const),
    ...(['li 已确认，有效至 13:05', 'Acknowledged by li, until 13:05'] as const),
  ],
  [
    ...(['taken for ever', { state: 'acknowledged', acknowledged: { ...taken, until: null } }] as const),
    ...(['li 已确认', 'Acknowledged by li'] as const),
  ],
  ['returned', { state: 'returned' }, '已恢复，未确认', 'Back to normal, not acknowledged'],
  ['latched', { state: 'latched' }, '已恢复，待复位', 'Back to normal, to be reset'],
  [
    ...(['asked for', { shelfAsk: ask }] as const),
    '未确认 | li 申请搁置至 13:05，或恢复正常为止，待另一人批准：“除霜”',
    'Not acknowledged | li asks to shelve it until 13:05 or back to normal; another person must grant it: “除霜”',
  ],
  [
    ...(['out of service', { outOfService: true }] as const),
    '未确认 | 测点停用至 13:05 · li：“送检”',
    'Not acknowledged | The point is out of service until 13:05 · li: “送检”',
  ],
  [
    ...(['held', { heldUntil: until }] as const),
    '未确认 | 可能被另一报警抑制，最迟 13:05 通知',
    'Not acknowledged | Another alarm may explain it; told at 13:05 at the latest',
  ],
  ['over', { state: 'normal', outOfService: true }, '已结束', 'Over'],
])('an alarm that is %s says so', (_, alarm, zh, en) => {
  expect(said(alarm)).toEqual([zh, en]);
});

test('a shelf is told with its end and whoever laid it there', () => {
  const alarm = {
    state: 'acknowledged',
    acknowledged: { ...taken, until: null },
    shelvedUntil: until,
  } as const;
  expect(said(alarm, [shelved('wang', { oneShot: true })])[0]).toBe(
    'li 已确认 | 已搁置至 13:05，或恢复正常为止 · wang：“检修”',
  );
  expect(said(alarm, [shelved('wang'), { type: 'commented' }])[1]).toBe(
    'Acknowledged by li | Shelved until 13:05 · wang: “检修”',
  );
  expect(said(alarm)[0]).toBe('li 已确认 | 已搁置至 13:05');
});

test('a shelf of two persons names both', () => {
  const asked = { type: 'shelf-asked', alarm: openAlarm('a', now, { shelfAsk: ask }) } as const;
  const [zh] = said({ shelvedUntil: until }, [asked, shelved('wang', { oneShot: true })]);
  expect(zh).toBe('未确认 | 已搁置至 13:05，或恢复正常为止 · li 申请，wang 批准：“除霜”');
});
