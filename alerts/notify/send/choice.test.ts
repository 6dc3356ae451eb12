import { describe, expect, test } from 'vitest';
import { DeliveryError } from '#model/channel';
import type { Delivery } from '#model/outbox';
import { choose, failedAttempt, RESTED, reaches, restAfter, type Standing } from './choice.ts';

const NOW = 1000;
const fresh = { closed: [], isOver: false };
const standings = (known: Readonly<Record<string, Partial<Standing>>>) => (channel: string) => ({
  ...RESTED,
  ...known[channel],
});

describe('the channel of the next try', () => {
  test('is the first in the order of the person', () => {
    expect(choose(fresh, ['sms', 'email'], standings({}), NOW)).toEqual({ kind: 'try', channel: 'sms' });
  });

  test('stays the first while it has failed less than three times, after a short rest', () => {
    const known = standings({ sms: { failures: 2, restsUntil: 1500 } });
    expect(choose(fresh, ['sms', 'email'], known, NOW)).toEqual({ kind: 'wait', channel: 'sms', rest: 500 });
    expect(choose(fresh, ['sms', 'email'], known, 1500)).toEqual({
      kind: 'try',
      channel: 'sms',
    });
  });

  test('is the next one while the first rests after three failures', () => {
    const known = standings({ sms: { failures: 3, restsUntil: 9000 } });
    expect(choose(fresh, ['sms', 'email'], known, NOW)).toEqual({ kind: 'try', channel: 'email' });
  });

  test('is the one that has rested first when all rest', () => {
    const known = standings({
      sms: { failures: 3, restsUntil: 9000 },
      email: { failures: 5, restsUntil: 4000 },
    });
    expect(choose(fresh, ['sms', 'email'], known, NOW)).toEqual({ kind: 'wait', channel: 'sms', rest: 3000 });
  });

  test('stays the first while its provider takes no more for a moment, and is the next when that is long', () => {
    const paced = (pacedUntil: number) => standings({ sms: { pacedUntil } });
    expect(choose(fresh, ['sms', 'email'], paced(3000), NOW)).toEqual({
      kind: 'wait',
      channel: 'sms',
      rest: 2000,
    });
    expect(choose(fresh, ['sms', 'email'], paced(90_000), NOW)).toEqual({ kind: 'try', channel: 'email' });
    expect(choose(fresh, ['sms'], paced(90_000), NOW)).toEqual({
      kind: 'wait',
      channel: 'sms',
      rest: 89_000,
    });
  });

  test('is the next one when the first asked for a long rest after its first failure', () => {
    const known = standings({ sms: { failures: 1, restsUntil: NOW + 120_000 } });
    expect(choose(fresh, ['sms', 'email'], known, NOW)).toEqual({ kind: 'try', channel: 'email' });
  });

  test('is never one that said that trying is of no use', () => {
    expect(choose({ ...fresh, closed: ['sms'] }, ['sms', 'email'], standings({}), NOW)).toEqual({
      kind: 'try',
      channel: 'email',
    });
  });

  test('is none when none is left, none can reach the person, or it is no news any more', () => {
    expect(choose({ ...fresh, closed: ['sms'] }, ['sms'], standings({}), NOW).kind).toBe('give-up');
    expect(choose(fresh, [], standings({}), NOW).kind).toBe('give-up');
    expect(choose({ ...fresh, isOver: true }, ['sms'], standings({}), NOW).kind).toBe('give-up');
  });
});

test('a rest grows from two seconds to five minutes', () => {
  const rests = [1, 2, 3, 8, 50].map((failures) => restAfter(failures, null, () => 0));
  expect(rests).toEqual([2000, 4000, 8000, 256_000, 300_000]);
});

test('a provider is given the rest that it asks for, within reason, and never a shorter one than is due', () => {
  const wished = [1_000, 90_000, 86_400_000].map((wish) => restAfter(1, wish, () => 0));
  expect(wished).toEqual([2000, 90_000, 3_600_000]);
});

describe('what a failure leaves behind', () => {
  const delivery = { closed: [], doubtful: false } as unknown as Delivery;
  const failed = (error: DeliveryError, channels = ['sms', 'email']) =>
    failedAttempt({ delivery, channel: 'sms', channels, error, at: 1, nextTry: 2 });

  test('a failure that may pass waits for its next try', () => {
    const attempt = failed(new DeliveryError('rate-limited', true, 'slow down'));
    expect(attempt).toMatchObject({
      state: 'waiting',
      nextTry: 2,
      closed: [],
      doubtful: false,
      answer: 'slow down',
    });
  });

  test('a failure for good closes the channel, and the last one gives up', () => {
    const error = new DeliveryError('rejected', false, 'no such number');
    expect(failed(error)).toMatchObject({ state: 'waiting', closed: ['sms'] });
    expect(failed(error, ['sms'])).toMatchObject({ state: 'given-up', nextTry: null });
  });

  test.each(['timeout', 'unreachable', 'undelivered'] as const)(
    '%s leaves in doubt whether it arrived',
    (failure) => {
      expect(failed(new DeliveryError(failure, true, '')).doubtful).toBe(true);
    },
  );
});

test('a channel reaches a person who has what it needs', () => {
  const li = { id: 'li', name: '李工', language: 'zh', email: 'li@hospital.example' } as const;
  expect(reaches(['email'], li)).toBe(true);
  expect(reaches(['email', 'phone'], li)).toBe(false);
  expect(reaches([], li)).toBe(true);
});
