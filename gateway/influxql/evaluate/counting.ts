import type { Call } from './call.ts';
import type { TimeSpan } from './time-span.ts';
import type { Windows } from './windows.ts';
import type { Work } from './work.ts';

/** One group to be counted up. */
export interface Counting {
  readonly calls: readonly Call[];
  readonly span: TimeSpan;
  readonly windows: Windows;
  readonly work: Work;
  /** Whether only a row itself will do: its time or what stands beside it is wanted. */
  readonly rowWanted: boolean;
}
