import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '#model/outbox';
import type { Severity } from '#model/standard';
import { limitRule } from '../../../test/kit/alarms-site.ts';
import { anAlarm, newDelivery } from '../../../test/kit/outbox.ts';
import { turnOf } from './turn.ts';

let ids = 0;
const alarm = (point: string, severity: Severity = 'warning', over = {}) =>
  anAlarm({ id: `${point}-${++ids}`, point, rule: limitRule({ severity }), ...over });
const waits = (id: number, over: Parameters<typeof newDelivery>[0]): Delivery => ({
  ...newDelivery({ at: id, ...over }),
  ...{ id, tries: 0, closed: [], doubtful: false, waiting: 1 },
});
const fresh = () => false;
const sent = (queue: readonly Delivery[]) => {
  const turn = turnOf(queue, fresh);
  return turn?.kind === 'send' ? turn.delivery.id : turn?.kind;
};

describe('the next message of a person', () => {
  test('is the oldest', () => {
    expect(sent([waits(1, { alarms: [alarm('a.t')] }), waits(2, { alarms: [alarm('b.t')] })])).toBe(1);
    expect(turnOf([], fresh)).toBeUndefined();
  });

  test('is a critical one before others that wait', () => {
    const queue = [waits(1, { alarms: [alarm('a.t')] }), waits(2, { alarms: [alarm('b.t', 'critical')] })];
    expect(sent(queue)).toBe(2);
  });

  test('is never an all-clear before its own alarm, however critical', () => {
    const critical = alarm('a.t', 'critical');
    const over = { ...critical, clearedAt: 9 };
    const queue = [waits(1, { alarms: [critical] }), waits(2, { event: 'cleared', alarms: [over] })];
    expect(sent(queue)).toBe(1);
    expect(sent([waits(1, { alarms: [alarm('b.t')] }), ...queue.slice(1)])).toBe(1);
  });

  test('is the all-clear of the last occurrence before the next one of the same point', () => {
    const over = alarm('a.t', 'critical', { clearedAt: 5 });
    const queue = [
      waits(1, { alarms: [alarm('b.t')] }),
      waits(2, { event: 'cleared', alarms: [over] }),
      waits(3, { alarms: [alarm('a.t', 'critical')] }),
    ];
    expect(sent(queue)).toBe(2);
  });
});

describe('old news', () => {
  const old = () => true;
  const a = alarm('a.t', 'warning');
  const b = alarm('b.t', 'critical');

  test('of one message goes as it is', () => {
    expect(turnOf([waits(1, { alarms: [a] })], old)?.kind).toBe('send');
  });

  test('of several becomes one digest, with each alarm as it stood last', () => {
    const over = { ...a, clearedAt: 7 };
    const queue = [
      waits(3, { alarms: [a] }),
      waits(5, { alarms: [b] }),
      waits(8, { event: 'cleared', alarms: [over] }),
    ];
    expect(turnOf(queue, old)).toEqual({
      kind: 'merge',
      ids: [3, 5, 8],
      into: {
        key: 'late.li.3-8',
        event: 'digest',
        at: 8,
        person: 'li',
        severity: 'critical',
        alarms: [over, b],
      },
    });
  });

  test('leaves out what is new, and the regular test', () => {
    const queue = [
      waits(1, { alarms: [a] }),
      waits(2, { event: 'test', alarms: [] }),
      waits(3, { alarms: [b] }),
      waits(9, { alarms: [alarm('c.t')] }),
    ];
    expect(turnOf(queue, ({ id }) => id < 9)).toMatchObject({ kind: 'merge', ids: [1, 3] });
  });
});

test('whatever waits, all of it is said, each point in its order, and a critical one waits for its own point only', () => {
  const message = fc.record({
    point: fc.constantFrom('a.t', 'b.t', 'c.t', 'd.t'),
    severity: fc.constantFrom<Severity>('notice', 'warning', 'critical'),
    event: fc.constantFrom('raised', 'cleared', 'reminder', 'escalated'),
  });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
      let queue = messages.map(({ point, severity, event }, id) =>
        waits(id, { event, alarms: [alarm(point, severity, event === 'cleared' ? { clearedAt: 1 } : {})] }),
      );
      while (queue.length > 0) {
        const turn = turnOf(queue, fresh);
        if (turn?.kind !== 'send') throw new Error('something waits and nothing is sent');
        const { delivery } = turn;
        const point = delivery.alarms[0]?.point;
        const before = queue.filter(({ id }) => id < delivery.id);
        expect(before.filter(({ alarms }) => alarms[0]?.point === point)).toEqual([]);
        const urgent = queue.find(({ severity, event }) => severity === 'critical' && event !== 'cleared');
        const isItsOwn = urgent === undefined || urgent.alarms[0]?.point === point;
        expect(isItsOwn).toBe(true);
        queue = queue.filter((other) => other !== delivery);
      }
    }),
  );
});
