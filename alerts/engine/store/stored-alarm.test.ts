import { expect, test } from 'vitest';
import { TestBook } from '../../../test/kit/alarm-book.ts';
import { BEGINNING } from '../changes.ts';
import { parseAlarm, parseAlarms, parseEvent, parsePosition } from './stored-alarm.ts';

const today = {
  ...new TestBook().raise(1000),
  acknowledged: { at: 5, by: 'li', comment: '', until: null },
};
const { suppressedBy, outOfService, ...rest } = today;
const earlier = { ...rest, acknowledged: { at: 5, by: 'li', comment: '' } };

test('an alarm is read as it was stored', () => {
  const alarm = { ...today, suppressedBy: 'x', outOfService: true, heldUntil: 7 };
  expect(parseAlarm(JSON.stringify(alarm))).toEqual(alarm);
});

test('an alarm of before it could be suppressed or out of service is neither, and its acknowledgement does not expire', () => {
  expect(parseAlarm(JSON.stringify(earlier))).toEqual(today);
  expect(parseAlarm(JSON.stringify({ ...earlier, acknowledged: null }))).toEqual({
    ...today,
    acknowledged: null,
  });
  expect(parseEvent(JSON.stringify({ type: 'raised', at: 1, alarm: earlier })).alarm).toEqual(today);
});

test('a message of before there were several alarms in one has the one', () => {
  expect(parseAlarms(JSON.stringify(earlier))).toEqual([today]);
  expect(parseAlarms(JSON.stringify([today, earlier]))).toEqual([today, today]);
});

test('a shelf of before there were one-shot ones is timed; nothing was out of service', () => {
  const { services, ...position } = BEGINNING;
  expect(parsePosition(JSON.stringify({ ...position, shelves: { 'a.b/high': 9 } }))).toEqual({
    ...BEGINNING,
    shelves: { 'a.b/high': { until: 9, oneShot: false } },
  });
  expect(parsePosition(JSON.stringify(BEGINNING))).toEqual(BEGINNING);
});
