import { expect, test } from 'vitest';
import type { Alarm } from '#model/alarm';
import type { Severity } from '#model/standard';
import { openAlarm } from '../../../test/kit/api-gateway.ts';
import { sceneOf } from './scene.ts';

const alarm = (severity: Severity, over: Partial<Alarm> = {}): Alarm => {
  const plain = openAlarm(severity, 1_000_000, over);
  return { ...plain, rule: { ...plain.rule, severity } };
};

test('without alarms there is nothing to show', () => {
  expect(sceneOf([])).toEqual({ unacknowledged: null, active: null });
});

test('the worst of all open alarms is shown', () => {
  const open = [alarm('warning'), alarm('critical'), alarm('notice')];
  expect(sceneOf(open)).toEqual({ unacknowledged: 'critical', active: 'critical' });
});

test('what somebody has taken lasts, and asks for nobody', () => {
  const open = [alarm('critical', { state: 'acknowledged' }), alarm('warning')];
  expect(sceneOf(open)).toEqual({ unacknowledged: 'warning', active: 'critical' });
});

test('what is over and was taken by nobody still asks for somebody', () => {
  const open = [alarm('critical', { state: 'returned', clearedAt: 2_000_000 })];
  expect(sceneOf(open)).toEqual({ unacknowledged: 'critical', active: null });
});

test('what waits for its reset is shown like one that lasts', () => {
  const open = [alarm('warning', { state: 'latched', clearedAt: 2_000_000 })];
  expect(sceneOf(open)).toEqual({ unacknowledged: null, active: 'warning' });
});

test.each<Partial<Alarm>>([{ shelvedUntil: 3_000_000 }, { suppressedBy: 'x' }, { outOfService: true }])(
  'a quiet one does not count: %o',
  (quiet) => {
    expect(sceneOf([alarm('critical', quiet)])).toEqual({ unacknowledged: null, active: null });
  },
);
