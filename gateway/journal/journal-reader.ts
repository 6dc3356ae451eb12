import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { Bell } from './bell.ts';
import { EntryDecoder } from './entries.ts';
import { follow } from './follow.ts';
import { SegmentTail } from './segment-tail.ts';

export interface JournalReaderOptions {
  /** The journal's folder. */
  readonly dir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Looked at the files so often even if nobody says that there is more. */
const POLL: Ms = SECOND;

/** Follows a journal that another thread writes, through its files. For consumers with a thread of their own. */
export class JournalReader {
  readonly #options: JournalReaderOptions;
  readonly #bell = new Bell();

  constructor(options: JournalReaderOptions) {
    this.#options = options;
  }

  /** Rows up to `head` are durable. */
  advanced(_head: number): void {
    this.#bell.ring();
  }

  /** As the journal's own: every row after `seq`, in order, until the signal is aborted. */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<Entry> {
    const { dir, clock, log } = this.#options;
    const tail = new SegmentTail(dir, log);
    const decoder = new EntryDecoder(log);
    let poll: Timer | undefined;
    try {
      yield* follow(seq, signal, {
        bell: this.#bell,
        next: async (after) => {
          const slice = tail.slice(after, decoder.known);
          poll?.cancel();
          if (slice.rows.length === 0) poll = clock.after(POLL, () => this.#bell.ring());
          return { entries: decoder.decode(slice), last: slice.rows.at(-1)?.seq ?? after };
        },
      });
    } finally {
      poll?.cancel();
      tail.close();
    }
  }
}
