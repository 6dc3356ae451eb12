import type { Reading } from '#model/reading';
import type { FaultRule } from '#model/rule';
import type { Signal } from './signal.ts';

/**
 * 1 while readings are bad for a reason that the rule names, 0 with the first good one. Bad for another reason says
 * nothing about this one. The lane's delay does the rest, holes as for any limit.
 */
export const faultSignal = ({ reasons }: FaultRule): Signal<null> => ({
  shape: 'fault',
  initial: null,
  memory: 0,
  step(state, { at, quality, reason }: Reading) {
    if (quality === 'good') return { state, sample: { at, value: 0, quality } };
    const named = quality === 'bad' && reason !== null && reasons.includes(reason);
    return { state, sample: named ? { at, value: 1, quality: 'good' } : null };
  },
  shifted: (state) => state,
});
