import type { EpochMs } from '#model/time';
import type { Patterns } from '../pattern/patterns.ts';
import type { SeriesStore } from '../series/series.ts';
import type { Work } from './work.ts';

/** What a statement is answered with. */
export interface Context {
  readonly store: SeriesStore;
  /** The only one that there is. */
  readonly database: string;
  readonly now: EpochMs;
  readonly patterns: Patterns;
  readonly work: Work;
}
