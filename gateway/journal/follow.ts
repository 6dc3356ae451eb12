import type { Entry } from '#model/journal';
import type { Bell } from './bell.ts';

/** Rows in order; `last` is the newest seq looked at, also when its row was damaged and is not among the entries. */
export interface Portion {
  readonly entries: readonly Entry[];
  readonly last: number;
}

export interface FollowSource {
  /** Some rows after `seq`; when there are none yet, none and `last` = `seq`. */
  readonly next: (seq: number) => Promise<Portion>;
  /** Rings when there may be more. */
  readonly bell: Bell;
}

/** Every row after `seq`, in order, until the signal is aborted. Holds one portion at a time, however slow its reader. */
export async function* follow(seq: number, signal: AbortSignal, source: FollowSource): AsyncGenerator<Entry> {
  while (!signal.aborted) {
    const seen = source.bell.rings;
    const { entries, last } = await source.next(seq);
    for (const entry of entries) {
      if (signal.aborted) return;
      yield entry;
    }
    if (last > seq) seq = last;
    else await source.bell.wait(seen, signal);
  }
}
