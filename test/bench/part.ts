import type { Table } from '../kit/table.ts';

export interface PartOptions {
  /** A folder of its own, taken away afterwards. */
  readonly dir: string;
  /** Times are a fraction of the usual: to see that it runs, not what it measures. */
  readonly short: boolean;
}

/** One part of the bench: gives its tables as they are ready, and leaves nothing running. */
export type Part = (options: PartOptions) => AsyncIterable<Table>;
