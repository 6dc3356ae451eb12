import { LATE_AFTER } from '#model/reading';
import type { MeanRule } from '#model/rule';
import { DAY, type EpochMs, HOUR, type Ms } from '#model/time';
import { dayOf, hourOf, type Stretch } from '#model/zone';
import { heldUntil } from './held.ts';
import { goodValue, moved, type Signal, type Step, type Valued } from './signal.ts';

interface MeanState {
  readonly window: Stretch | null;
  readonly last: Valued | null;
  /** Of the window so far. */
  readonly weight: Ms;
  readonly sum: number;
}

export interface MeanPlace {
  readonly every: Ms;
  readonly timeZone: string;
}

/**
 * The mean of each hour or day by the site's clock, weighed by time (`heldUntil`): a value counts for as long as it
 * stood. Judged once, when the window is over and all that is under way has come; `since` is the window's beginning.
 * What is covered by good readings for less than `coverage` of the window is not judged at all.
 */
export function meanSignal({ id, coverage }: MeanRule, { every, timeZone }: MeanPlace): Signal<MeanState> {
  const daily = id.startsWith('daily');
  const windowAt = (at: EpochMs) => (daily ? dayOf(at, timeZone) : hourOf(at, timeZone));
  const close = (state: MeanState): Step<MeanState> => closed(state, coverage);
  /** Counts the last value up to `at`, and closes the window that is over by then. */
  const advance = (state: MeanState, at: EpochMs): Step<MeanState> => {
    const { window } = state;
    const counted = window === null ? state : counting(state, window, at, every);
    if (window !== null && at < window.to) return { state: counted, sample: null };
    const { state: after, sample } = window === null ? { state, sample: null } : close(counted);
    const next = windowAt(at);
    const opened = { ...after, window: next };
    return { state: counting(opened, next, at, every), sample };
  };
  return {
    shape: `mean ${daily} ${timeZone}`,
    initial: { window: null, last: null, weight: 0, sum: 0 },
    memory: daily ? DAY + HOUR : HOUR,
    period: daily ? DAY + HOUR : HOUR,
    step(before, reading) {
      const { state, sample } = advance(before, reading.at);
      return { state: { ...state, last: goodValue(reading) }, sample };
    },
    // A reading that is not late is here by then.
    tick(state, now) {
      const { window } = state;
      if (window === null || now < window.to + LATE_AFTER + every) return { state, sample: null };
      return close(counting(state, window, window.to, every));
    },
    shifted: (state, by) => ({
      ...state,
      // A window is the clock's: it is looked up anew, and what was gathered stays.
      window: state.window && windowAt(state.window.from + by),
      last: state.last && moved(state.last, by),
    }),
  };
}

/** Adds what the last value stood for within the window until `at`; the rest of it is left to the next. */
function counting(state: MeanState, { from, to }: Stretch, at: EpochMs, every: Ms): MeanState {
  const { last, weight, sum } = state;
  if (last === null) return state;
  const held = heldUntil(last, at, every);
  const inside = Math.max(0, Math.min(held.to, to) - Math.max(held.from, from));
  return { ...state, weight: weight + inside, sum: sum + inside * last.value };
}

function closed(state: MeanState, coverage: number): Step<MeanState> {
  const { window, weight, sum } = state;
  if (window === null) return { state, sample: null };
  const enough = weight > 0 && weight >= coverage * (window.to - window.from);
  return {
    state: { ...state, window: null, weight: 0, sum: 0 },
    sample: enough ? { at: window.to, value: sum / weight, quality: 'good', since: window.from } : null,
  };
}
