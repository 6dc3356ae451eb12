import { describe, expect, test } from 'vitest';
import type { AlarmEventType, AlarmState } from '#model/alarm';
import { nextState } from './occurrence.ts';

const STATES: readonly Exclude<AlarmState, 'latched'>[] = [
  'unacknowledged',
  'acknowledged',
  'returned',
  'normal',
];
const EVENTS: readonly AlarmEventType[] = [
  'raised',
  'cleared',
  'acknowledged',
  'shelved',
  'unshelved',
  'commented',
];

/** ISA-18.2 in two facts: does the condition last, did somebody take it. */
const FACTS: Readonly<Record<Exclude<AlarmState, 'latched'>, { lasts: boolean; taken: boolean }>> = {
  unacknowledged: { lasts: true, taken: false },
  acknowledged: { lasts: true, taken: true },
  returned: { lasts: false, taken: false },
  normal: { lasts: false, taken: true },
};

function expected(state: Exclude<AlarmState, 'latched'>, event: AlarmEventType): AlarmState | undefined {
  const { lasts, taken } = FACTS[state];
  const changes = (event === 'cleared' && lasts) || (event === 'acknowledged' && !taken);
  if (!changes) return undefined;
  const after = { lasts: lasts && event !== 'cleared', taken: taken || event === 'acknowledged' };
  return STATES.find((name) => FACTS[name].lasts === after.lasts && FACTS[name].taken === after.taken);
}

describe('every state and every event', () => {
  for (const state of STATES) {
    for (const event of EVENTS) {
      test(`${state} + ${event} → ${expected(state, event) ?? 'no change'}`, () => {
        expect(nextState(state, event)).toBe(expected(state, event));
      });
    }
  }
});
