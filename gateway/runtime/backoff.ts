import type { Ms } from '#model/time';

export interface BackoffOptions {
  readonly first: Ms;
  readonly longest: Ms;
  /** A number in [0, 1): spreads the retries of many clients. */
  readonly random: () => number;
}

/** Delay before try `failures + 1`: doubles from `first` to `longest`, then up to a quarter shorter at random. */
export function backoff(failures: number, { first, longest, random }: BackoffOptions): Ms {
  const full = Math.min(longest, first * 2 ** Math.min(failures, 30));
  return Math.round(full * (1 - random() / 4));
}
