import type { DifferenceRule } from '#model/rule';
import type { Ms } from '#model/time';
import type { Sample } from '../sample.ts';
import { goodValue, moved, type Signal, type Valued } from './signal.ts';

interface DifferenceState {
  /** A value of this point that waits for one of the other that may lie nearer than those that are there. */
  readonly waiting: Valued | null;
  /** The last two of the other. */
  readonly others: readonly Valued[];
}

/** A value has a partner when one lies within a period and a half; further away they do not speak of one moment. */
const REACH = 1.5;

/**
 * This point less the other, moment by moment. Two points are not sampled at the same time: each value is paired with
 * the nearest of the other, and waits for it at most until this point speaks again. A partner that is silent, or bad,
 * leaves nothing to judge: that is its own alarm.
 */
export function differenceSignal({ id, other }: DifferenceRule, every: Ms): Signal<DifferenceState> {
  const compare = id === 'disagreement' ? Math.abs : (difference: number) => difference;
  const paired = (own: Valued | null, others: readonly Valued[]): Sample | null => {
    const partner = own && nearest(own, others, REACH * every);
    if (own === null || partner === null) return null;
    return { at: own.at, value: compare(rounded(own.value - partner.value)), quality: 'good' };
  };
  return {
    shape: `difference ${id} ${other}`,
    initial: { waiting: null, others: [] },
    memory: 2 * REACH * every,
    step({ waiting, others }, reading) {
      const value = goodValue(reading);
      if (value === null) return { state: { waiting, others }, sample: null };
      const theirs = reading.point === other;
      const known = theirs ? [...others.slice(-1), value] : others;
      const own = theirs ? waiting : value;
      const settled = own !== null && known.some(({ at }) => at >= own.at);
      return {
        state: { waiting: settled ? null : own, others: known },
        // What waited in vain is judged by what there is, when the next of its kind comes.
        sample: paired(settled ? own : theirs ? null : waiting, known),
      };
    },
    shifted: ({ waiting, others }, by) => ({
      waiting: waiting && moved(waiting, by),
      others: others.map((value) => moved(value, by)),
    }),
  };
}

function nearest({ at }: Valued, others: readonly Valued[], reach: Ms): Valued | null {
  const near = others.filter((other) => Math.abs(other.at - at) <= reach);
  return near.reduce<Valued | null>(
    (best, other) => (best === null || Math.abs(other.at - at) < Math.abs(best.at - at) ? other : best),
    null,
  );
}

/** 8.3 - 8 is 0.3 and not 0.3000000000000007. */
const rounded = (value: number): number => Number(value.toPrecision(12));
