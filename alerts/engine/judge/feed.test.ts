import { expect, test } from 'vitest';
import { MINUTE } from '#model/time';
import { ruleLike } from '../../../test/kit/alarm-rules.ts';
import { goodReading } from '../../../test/kit/alarms-engine.ts';
import { START } from '../../../test/kit/alarms-timeline.ts';
import { feed, openFeed } from './feed.ts';
import { isJudged } from './threshold.ts';

/** The last word of an exposure after readings of 9 °C at these minutes. */
function said(minutes: readonly number[]) {
  const rule = ruleLike({ kind: 'exposure' });
  const to = isJudged(rule) ? openFeed(rule, 0, { every: MINUTE, timeZone: 'UTC' }, undefined) : null;
  if (to === null) throw new Error('an exposure has a signal');
  const samples = minutes.map((minute) => feed(to, goodReading(9, START + minute * MINUTE), MINUTE));
  return samples.findLast((sample) => sample !== null);
}

test('two readings that changed places count once', () => {
  expect(said([0, 1, 2, 4, 3, 5])).toEqual(said([0, 1, 2, 4, 5]));
  expect(said([0, 1, 2, 2, 3])).toEqual(said([0, 1, 2, 3]));
});

test('after a clock was put right the time is counted anew', () => {
  expect(said([200, 201, 202, 10, 11])).toEqual({
    ...{ at: START + 11 * MINUTE, value: MINUTE, quality: 'uncertain' },
    since: START + 10 * MINUTE,
  });
});
