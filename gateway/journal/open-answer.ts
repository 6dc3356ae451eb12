import { type EpochMs, HOUR } from '#model/time';
import { type Arrivals, NO_ARRIVALS } from './arrivals.ts';
import type { OpenPoint } from './open-hours.ts';
import { concatenate, emptySamples, type Samples } from './samples.ts';

/** What of a point is not in the history file: its open hours, and its very first time. */
export interface OpenAnswer {
  readonly first: EpochMs | null;
  readonly samples: Samples;
  readonly late: Arrivals;
}

/** The newest reading of each point, in columns beside the ids. */
export interface Latest {
  readonly ids: readonly string[];
  readonly samples: Samples;
}

/** Of the hours that touch the span. */
export function openAnswer(point: OpenPoint | undefined, from: EpochMs, to: EpochMs): OpenAnswer {
  if (point === undefined) return { first: null, samples: emptySamples(), late: NO_ARRIVALS };
  const hours = [...point.hours.values()].sort((a, b) => a.hour - b.hour);
  const touched = hours.filter(({ hour }) => (hour + 1) * HOUR > from && hour * HOUR < to);
  const samples = concatenate(touched.map((hour) => hour.samples()));
  const late = touched.map((hour) => hour.arrivals());
  return {
    first: point.newest?.first ?? null,
    samples,
    late: { at: late.flatMap(({ at }) => at), arrived: late.flatMap(({ arrived }) => arrived) },
  };
}

export function latestOf(points: Iterable<OpenPoint>): Latest {
  const seen = [...points].flatMap(({ id, newest }) => (newest === undefined ? [] : [{ id, newest }]));
  const samples = emptySamples(seen.length);
  seen.forEach(({ newest }, index) => {
    samples.at[index] = newest.at;
    samples.value[index] = newest.value;
    samples.mark[index] = newest.mark;
  });
  return { ids: seen.map(({ id }) => id), samples };
}
