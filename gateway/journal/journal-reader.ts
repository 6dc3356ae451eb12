import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import { type Meter, silentMeter } from '#model/meter';
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
  readonly meter?: Meter;
}

/** Looked at the files so often even if nobody says that there is more. */
const POLL: Ms = SECOND;

/** Who takes longer over a portion holds no file open meanwhile: it may have to be sealed. */
const RELEASE: Ms = 10 * SECOND;

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

  /**
   * As the journal's own: every row after `seq`, in order, until the signal is aborted. A `seq` beyond the newest row
   * would wait for ever: it says so and goes on from the newest.
   */
  async *follow(seq: number, signal: AbortSignal): AsyncGenerator<Entry> {
    const { dir, clock, log, meter = silentMeter } = this.#options;
    const tail = new SegmentTail(dir, log, meter);
    const decoder = new EntryDecoder(log, meter);
    let timer: Timer | undefined;
    try {
      yield* follow(this.#notBeyond(seq), signal, {
        bell: this.#bell,
        next: async (after) => {
          timer?.cancel();
          const slice = tail.slice(after, decoder.known);
          timer =
            slice.rows.length === 0
              ? clock.after(POLL, () => this.#bell.ring())
              : clock.after(RELEASE, () => tail.close());
          return { entries: decoder.decode(slice), last: slice.last };
        },
      });
    } finally {
      timer?.cancel();
      tail.close();
    }
  }

  #notBeyond(seq: number): number {
    const { dir, log, meter } = this.#options;
    const tail = new SegmentTail(dir, log);
    const head = tail.head();
    tail.close();
    if (seq <= head) return seq;
    meter?.count('hygate_journal_errors_total', { reason: 'cursor-ahead' });
    log.error(
      { cursor: seq, head },
      'a consumer of the journal has come further than the journal: was an older copy restored? It goes on from the newest row',
    );
    return head;
  }
}
