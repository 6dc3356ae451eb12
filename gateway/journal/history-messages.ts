import type { ErrorCode } from '#model/errors';
import type { EpochMs, Ms } from '#model/time';
import type { Arrivals } from './arrivals.ts';
import type { EventQuestion, PointSpan } from './history-reader.ts';
import type { Notice } from './notices.ts';
import type { Samples } from './samples.ts';
import type { Known } from './segment-tail.ts';

/** What can be asked of the reading thread; its answers come as `Answer`. */
export type Question =
  | { readonly ask: 'readings'; readonly span: PointSpan; readonly limit: number }
  | { readonly ask: 'buckets'; readonly span: PointSpan; readonly every: Ms }
  | { readonly ask: 'ledger'; readonly span: PointSpan; readonly every: Ms; readonly now: EpochMs }
  | { readonly ask: 'last-event'; readonly types: readonly string[] }
  | ({ readonly ask: 'events' } & EventQuestion)
  | { readonly ask: 'rows'; readonly after: number; readonly known: Known };

/** The answer to `readings`: also when those arrived that came late. */
export interface LateSamples {
  readonly samples: Samples;
  readonly late: Arrivals;
}

export type ToReader =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  /** The writer began anew and may have replaced files. */
  | { readonly kind: 'reopen' }
  /** A finished segment is not to be held open: it is to be sealed. */
  | { readonly kind: 'release' };

export type FromReader =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly code: ErrorCode; readonly text: string }
  /** A row of an hour is not as it was written; null: more than one hour. */
  | { readonly damaged: number | null }
  | { readonly notice: Notice };
