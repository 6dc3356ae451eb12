import type { EpochMs, Ms } from '#model/time';
import type { PointSpan } from './history-reader.ts';
import type { Known } from './segment-tail.ts';

/** What can be asked of the reading thread; its answers come as `Answer`. */
export type Question =
  | { readonly ask: 'readings'; readonly span: PointSpan; readonly limit: number }
  | { readonly ask: 'buckets'; readonly span: PointSpan; readonly every: Ms }
  | { readonly ask: 'gaps'; readonly span: PointSpan; readonly every: Ms }
  | { readonly ask: 'events'; readonly from: EpochMs; readonly to: EpochMs; readonly limit: number }
  | { readonly ask: 'rows'; readonly after: number; readonly known: Known };

export type ToReader =
  | { readonly kind: 'question'; readonly id: number; readonly question: Question }
  /** The writer began anew and may have replaced files. */
  | { readonly kind: 'reopen' };

export type FromReader =
  | { readonly id: number; readonly ok: true; readonly answer: unknown }
  | { readonly id: number; readonly ok: false; readonly text: string };
