import type { FrozenRule } from '#model/rule';
import type { EpochMs, Ms } from '#model/time';
import { heldUntil } from './held.ts';
import { goodValue, type Signal, type Valued } from './signal.ts';

/** All since `since` lies between `low` and `high`; seen so for `spent`, holes not counted. */
interface FrozenState {
  readonly since: EpochMs;
  readonly low: number;
  readonly high: number;
  readonly spent: Ms;
  readonly last: Valued;
}

/**
 * How long the value has stayed within `least`, in ms of time that was seen: neither bad readings nor silence are a
 * sensor that stands still. What moves slowly is not frozen either: it leaves the band and begins a new one.
 */
export const frozenSignal = ({ least, after }: FrozenRule, every: Ms): Signal<FrozenState | null> => ({
  shape: `frozen ${least}`,
  initial: null,
  memory: after,
  step(state, reading) {
    const value = goodValue(reading);
    if (value === null) return { state, sample: null };
    const next = grown(state, value, every);
    if (next === null || next.high - next.low > least) {
      return {
        state: begun(value),
        sample: { at: value.at, value: 0, quality: state === null ? 'uncertain' : 'good' },
      };
    }
    // That it is not frozen shows in a change alone: after a restart the time begins anew, and clears nothing.
    return {
      state: next,
      sample: {
        at: value.at,
        value: next.spent,
        quality: 'uncertain',
        since: next.since,
        shown: value.value,
      },
    };
  },
  shifted: (state, by) =>
    state && { ...state, since: state.since + by, last: { ...state.last, at: state.last.at + by } },
});

const begun = (value: Valued): FrozenState => ({
  ...{ since: value.at, low: value.value, high: value.value },
  ...{ spent: 0, last: value },
});

function grown(state: FrozenState | null, value: Valued, every: Ms): FrozenState | null {
  if (state === null) return null;
  const { from, to } = heldUntil(state.last, value.at, every);
  return {
    since: state.since,
    low: Math.min(state.low, value.value),
    high: Math.max(state.high, value.value),
    spent: state.spent + (to - from),
    last: value,
  };
}
