import { expect, test } from 'vitest';
import type { Condition, ConditionSubject } from '#model/condition';
import { MINUTE } from '#model/time';
import { alarmSite } from '../../../test/kit/alarms-site.ts';
import { HandClock } from '../../../test/kit/hand-clock.ts';
import { TestWatch } from './test-watch.ts';

test('whoever owes an answer is reported by name until it has come, everybody from the start', async () => {
  const clock = new HandClock(0);
  const holding = new Map<string, boolean>();
  const owing = new Set<string>();
  const watch = new TestWatch({
    ...{ clock, unanswered: () => [...owing] },
    site: alarmSite({
      rules: [],
      people: [
        { id: 'li', name: '李工', channels: ['sms'] },
        { id: 'wang', name: '王护士', channels: [] },
      ],
    }),
    report: (condition: Condition, holds: boolean, subject?: ConditionSubject) =>
      holding.set(`${condition} ${subject?.id} ${subject?.name.zh}`, holds),
  });
  await watch.start();
  expect([...holding]).toEqual([
    ['test-unanswered li 李工', false],
    ['test-unanswered wang 王护士', false],
  ]);
  owing.add('wang');
  await clock.advance(MINUTE);
  expect([...holding.values()]).toEqual([false, true]);
  owing.delete('wang');
  await clock.advance(MINUTE);
  expect([...holding.values()]).toEqual([false, false]);
  await watch.stop();
  owing.add('li');
  await clock.advance(MINUTE);
  expect([...holding.values()]).toEqual([false, false]);
});
