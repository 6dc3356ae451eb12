import type { RateRule } from '#model/rule';
import type { EpochMs, Ms } from '#model/time';
import { goodValue, moved, type Signal, type Valued } from './signal.ts';

interface RateState {
  /** The last three good values as they came. */
  readonly raw: readonly Valued[];
  /** The extreme of each part of the window: the lowest for `rising`, the highest for `falling`. */
  readonly extremes: readonly Valued[];
}

const FILTERED = 3;
/** So many extremes stand for all values of the window. */
const PARTS = 30;

/**
 * How far the value is above the lowest of the last `within`; of a fall how far below the highest, as a negative number. Each value is first replaced by the
 * median of itself and its neighbours, so that one wild reading, up or down, changes nothing; it costs one period.
 * Steps and ramps both give their whole height.
 */
export function rateSignal({ id, within }: RateRule): Signal<RateState> {
  const sign = id === 'rising' ? 1 : -1;
  return {
    shape: `rate ${id} ${within}`,
    initial: { raw: [], extremes: [] },
    memory: 2 * within,
    step({ raw, extremes }, reading) {
      const value = goodValue(reading);
      if (value === null) return { state: { raw, extremes }, sample: null };
      const recent = latest(raw, value, within);
      const middle = medianOf(recent);
      if (middle === null) return { state: { raw: recent, extremes }, sample: null };
      const kept = fresh(extremes, middle.at - within);
      const change = kept.reduce((most, { value: each }) => Math.max(most, sign * (middle.value - each)), 0);
      return {
        state: { raw: recent, extremes: added(kept, middle, { sign, part: within / PARTS }) },
        sample: { at: value.at, value: sign * change, quality: 'good' },
      };
    },
    shifted: ({ raw, extremes }, by) => ({
      raw: raw.map((value) => moved(value, by)),
      extremes: extremes.map((value) => moved(value, by)),
    }),
  };
}

/** What lies before a hole as long as the window is no neighbour. */
function latest(raw: readonly Valued[], value: Valued, within: Ms): readonly Valued[] {
  const last = raw.at(-1);
  const near = last !== undefined && value.at - last.at <= within;
  return near ? [...raw.slice(1 - FILTERED), value] : [value];
}

/** The value in the middle, at the moment in the middle; null of fewer than three. */
function medianOf([a, b, c]: readonly Valued[]): Valued | null {
  if (a === undefined || b === undefined || c === undefined) return null;
  const [low, high] = a.value < b.value ? [a.value, b.value] : [b.value, a.value];
  return { at: b.at, value: Math.max(low, Math.min(high, c.value)) };
}

/** They are in order of time: mostly none has left the window. */
const fresh = (extremes: readonly Valued[], from: EpochMs): readonly Valued[] =>
  (extremes[0]?.at ?? from) >= from ? extremes : extremes.filter(({ at }) => at >= from);

interface Parts {
  readonly sign: 1 | -1;
  readonly part: Ms;
}

function added(extremes: readonly Valued[], value: Valued, { sign, part }: Parts): readonly Valued[] {
  const last = extremes.at(-1);
  const same = last !== undefined && partAt(last.at, part) === partAt(value.at, part);
  if (!same) return [...extremes, value];
  // Of two that are as low, the later one stays in the window longer.
  return sign * value.value <= sign * last.value ? [...extremes.slice(0, -1), value] : extremes;
}

const partAt = (at: EpochMs, part: Ms): number => Math.floor(at / part);
