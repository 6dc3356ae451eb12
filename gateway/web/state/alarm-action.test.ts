import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import { conditionRule } from '#model/condition';
import { HOUR, MINUTE } from '#model/time';
import { openAlarm } from '../../../test/kit/api-gateway.ts';
import { actionsOf, firstAction, lengthsUpTo } from './alarm-action.ts';

const ask = { at: 1, by: 'li', until: 9, oneShot: false, comment: 'defrosting' };

test.each<[string, Partial<Alarm>, string]>([
  ['new', {}, 'acknowledge shelve comment'],
  ['taken', { state: 'acknowledged' }, 'shelve comment'],
  ['returned', { state: 'returned', clearedAt: 5 }, 'acknowledge shelve comment'],
  ['latched', { state: 'latched', clearedAt: 5 }, 'reset shelve comment'],
  ['shelved', { state: 'acknowledged', shelvedUntil: 9 }, 'unshelve comment'],
  ['asked for by a colleague', { shelfAsk: ask }, 'acknowledge grant-shelf comment'],
  ['asked for by oneself', { shelfAsk: { ...ask, by: 'wang' } }, 'acknowledge comment'],
  ['of the gateway itself', { rule: conditionRule('disk-low') }, 'acknowledge comment'],
  ['over', { state: 'normal', clearedAt: 5 }, ''],
])('an alarm that is %s', (_, alarm, actions) => {
  expect(actionsOf(openAlarm('a', 0, alarm), 'wang').join(' ')).toBe(actions);
});

test('a sheet never opens on what makes an alarm quiet or loud', () => {
  expect(firstAction(['shelve', 'comment'])).toBe('comment');
  expect(firstAction(['unshelve', 'comment'])).toBe('comment');
  expect(firstAction(['reset', 'shelve', 'comment'])).toBe('reset');
});

test('times to choose from end with the longest that the site allows', () => {
  expect(lengthsUpTo(HOUR)).toEqual([15 * MINUTE, 30 * MINUTE, HOUR]);
  expect(lengthsUpTo(10 * MINUTE)).toEqual([10 * MINUTE]);
  expect(lengthsUpTo(null).at(-1)).toBeNull();
});
