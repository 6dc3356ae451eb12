import { hasValue, isBad } from './mark.ts';

/** Readings of one point in columns, sorted by `at`, each `at` once. `value` is NaN where the mark says none. */
export interface Samples {
  readonly at: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly mark: Uint8Array<ArrayBuffer>;
}

/** Only good and uncertain values count for min, mean and max. */
export interface Summary {
  readonly count: number;
  readonly bad: number;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
}

export const emptySamples = (length = 0): Samples => ({
  at: new Float64Array(length),
  value: new Float64Array(length),
  mark: new Uint8Array(length),
});

export const timeAt = (samples: Samples, index: number): number => samples.at[index] ?? Number.NaN;

/** The place of the first sample at or after `at`. */
export function lowerBound(times: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `from` inclusive, `to` exclusive. */
export function between({ at, value, mark }: Samples, from: number, to: number): Samples {
  const start = lowerBound(at, from);
  const end = lowerBound(at, to);
  return { at: at.slice(start, end), value: value.slice(start, end), mark: mark.slice(start, end) };
}

/** Sorts what lies in any order; of several with the same `at` the earliest in the input stands. */
export function sortSamples({ at, value, mark }: Samples): Samples {
  const order = Array.from(at.keys()).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
  const kept = order.filter((place, index) => index === 0 || at[place] !== at[order[index - 1] ?? 0]);
  const pick = (column: ArrayLike<number>) => kept.map((place) => column[place] ?? 0);
  return {
    at: Float64Array.from(pick(at)),
    value: Float64Array.from(pick(value)),
    mark: Uint8Array.from(pick(mark)),
  };
}

/** Pieces that follow one another in time, in one. */
export function concatenate(pieces: readonly Samples[]): Samples {
  const all = emptySamples(pieces.reduce((sum, piece) => sum + piece.at.length, 0));
  let place = 0;
  for (const { at, value, mark } of pieces) {
    all.at.set(at, place);
    all.value.set(value, place);
    all.mark.set(mark, place);
    place += at.length;
  }
  return all;
}

/** Both together; where both have the same `at`, that of `first` stands. */
export function mergeSamples(first: Samples, second: Samples): Samples {
  if (second.at.length === 0) return first;
  if (first.at.length === 0) return second;
  const joined = emptySamples(first.at.length + second.at.length);
  for (const column of ['at', 'value', 'mark'] as const) {
    joined[column].set(first[column]);
    joined[column].set(second[column], first.at.length);
  }
  const inOrder = timeAt(first, first.at.length - 1) < timeAt(second, 0);
  return inOrder ? joined : sortSamples(joined);
}

export function summarise({ at, value, mark }: Samples): Summary {
  let [bad, counted, sum, min, max] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < at.length; i++) {
    const flags = mark[i] ?? 0;
    if (isBad(flags)) bad += 1;
    else if (hasValue(flags)) {
      const x = value[i] ?? 0;
      counted += 1;
      sum += x;
      if (x < min) min = x;
      if (x > max) max = x;
    }
  }
  if (counted === 0) return { count: at.length, bad, min: null, mean: null, max: null };
  return { count: at.length, bad, min, mean: meanWithin(sum / counted, min, max), max };
}

/** A sum of floats may round the mean out of its own bounds, or overflow. */
export const meanWithin = (mean: number, min: number, max: number): number =>
  Math.min(max, Math.max(min, mean));
