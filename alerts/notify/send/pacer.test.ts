import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pace } from '#model/channel';
import { MINUTE } from '#model/time';
import { Pacer } from './pacer.ts';

const twenty: Pace = { messages: 20, within: MINUTE, per: 'channel' };
const one: Pace = { messages: 1, within: MINUTE, per: 'recipient' };

test('what is within the pace goes at once, the next one when the first is far enough back', () => {
  const pacer = new Pacer();
  for (let n = 0; n < 20; n++) {
    expect(pacer.wait('wecom', 'li', [twenty], n * 100)).toBe(0);
    pacer.took('wecom', 'li', [twenty], n * 100);
  }
  expect(pacer.wait('wecom', 'wang', [twenty], 2000)).toBe(MINUTE + 500 - 2000);
  expect(pacer.wait('wecom', 'wang', [twenty], MINUTE + 500)).toBe(0);
});

test('a pace for each recipient does not hold up another, nor another channel', () => {
  const pacer = new Pacer();
  pacer.took('sms', 'li', [one, twenty], 0);
  expect(pacer.wait('sms', 'li', [one, twenty], 0)).toBe(MINUTE + 500);
  expect(pacer.wait('sms', 'wang', [one, twenty], 0)).toBe(0);
  expect(pacer.wait('voice', 'li', [one, twenty], 0)).toBe(0);
});

test('however often it is asked, in no window there are more than the provider takes', () => {
  const pace = fc.record({
    messages: fc.integer({ min: 1, max: 5 }),
    within: fc.integer({ min: 100, max: 5000 }),
    per: fc.constant('channel' as const),
  });
  fc.assert(
    fc.property(fc.array(pace, { minLength: 1, maxLength: 3 }), fc.array(fc.nat(400)), (paces, gaps) => {
      const pacer = new Pacer();
      const sent: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        if (pacer.wait('x', 'li', paces, now) > 0) continue;
        pacer.took('x', 'li', paces, now);
        sent.push(now);
      }
      for (const { messages, within } of paces)
        for (const from of sent)
          expect(sent.filter((at) => at >= from && at <= from + within).length).toBeLessThanOrEqual(messages);
    }),
  );
});
