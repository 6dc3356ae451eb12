import type { EpochMs } from '#model/time';
import type { Batch, Committed, JournalWriterOptions } from './journal-writer.ts';
import type { Notice } from './notices.ts';

/** What the main thread and the writer's thread say to each other. */
export type WriterData = Omit<JournalWriterOptions, 'log' | 'meter' | 'tell'>;

export type ToWriter =
  | ({ readonly kind: 'commit' } & Batch)
  | { readonly kind: 'tick'; readonly now: EpochMs }
  | { readonly kind: 'stopping'; readonly now: EpochMs }
  | { readonly kind: 'latest'; readonly id: number }
  /** A row of an hour of the history is damaged; null: more than one hour. */
  | { readonly kind: 'repair'; readonly key: number | null }
  | {
      readonly kind: 'open';
      readonly id: number;
      readonly point: string;
      readonly from: EpochMs;
      readonly to: EpochMs;
    };

export type FromWriter =
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'opened'; readonly head: number }
  | ({ readonly kind: 'committed' } & Committed)
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown };
