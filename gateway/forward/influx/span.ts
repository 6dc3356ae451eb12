import { DAY, type EpochMs } from '#model/time';

/** What is asked of a server at once. */
export interface Span {
  readonly site: string;
  /** Measurements. */
  readonly quantities: readonly string[];
  readonly from: EpochMs;
  /** Exclusive. */
  readonly to: EpochMs;
}

/** A question for each day: what is asked at once stays small on both sides. */
export function* daysOf({ from, to, ...rest }: Span): Generator<Span> {
  for (let start = from; start < to; ) {
    const end = Math.min(to, (Math.floor(start / DAY) + 1) * DAY);
    yield { ...rest, from: start, to: end };
    start = end;
  }
}
