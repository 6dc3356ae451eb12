import { describe, expect, test } from 'vitest';
import type { AlarmState } from '#model/alarm';
import { nextState, type Step } from './occurrence.ts';

const STEPS: readonly Step[] = [
  'acknowledged',
  'acknowledgement-expired',
  'cleared',
  'cleared-quietly',
  'heard-again',
  'reset',
];

/** ISA-18.2 in three facts: does the condition last, did somebody take it, does it wait for a reset. */
interface Facts {
  readonly lasts: boolean;
  readonly taken: boolean;
  readonly waits: boolean;
}

const FACTS: Readonly<Record<AlarmState, Facts>> = {
  unacknowledged: { lasts: true, taken: false, waits: false },
  acknowledged: { lasts: true, taken: true, waits: false },
  returned: { lasts: false, taken: false, waits: false },
  latched: { lasts: false, taken: true, waits: true },
  normal: { lasts: false, taken: true, waits: false },
};

function after(facts: Facts, step: Step, latches: boolean): Facts {
  const { lasts, taken, waits } = facts;
  const over = (now: Facts): Facts => ({ ...now, waits: latches && !now.lasts && now.taken });
  if (step === 'acknowledged' && !taken) return over({ ...facts, taken: true });
  if (step === 'cleared' && lasts) return over({ ...facts, lasts: false });
  if (step === 'cleared-quietly' && lasts) return over({ ...facts, lasts: false, taken: true });
  if (step === 'acknowledgement-expired' && lasts && taken) return { ...facts, taken: false };
  if (step === 'heard-again' && lasts && taken) return { ...facts, taken: false };
  return step === 'reset' && waits ? { ...facts, waits: false } : facts;
}

const named = (facts: Facts): AlarmState | undefined =>
  (Object.keys(FACTS) as AlarmState[]).find(
    (state) => JSON.stringify(FACTS[state]) === JSON.stringify(facts),
  );

describe('every state and every step', () => {
  for (const state of Object.keys(FACTS) as AlarmState[]) {
    for (const step of STEPS) {
      for (const latches of [false, true]) {
        const facts = after(FACTS[state], step, latches);
        const expected = facts === FACTS[state] ? undefined : named(facts);
        test(`${state} + ${step} → ${expected ?? 'no change'}${latches ? ', where the rule latches' : ''}`, () => {
          expect(nextState(state, step, latches)).toBe(expected);
        });
      }
    }
  }
});
