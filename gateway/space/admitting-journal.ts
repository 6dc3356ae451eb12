import type { Appended, Entry, History, Journal, JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';

/** Who decides about appends, and hears how they end. */
export interface Admission {
  /** Why no reading may be taken now; undefined when it may. */
  refusal(): Error | undefined;
  failed(error: unknown): void;
}

/** The journal for whoever brings readings: it takes none while there is no room for them. All else goes on. */
export class AdmittingJournal implements Journal {
  readonly #journal: Journal;
  readonly #admission: Admission;

  constructor(journal: Journal, admission: Admission) {
    this.#journal = journal;
    this.#admission = admission;
  }

  get history(): History {
    return this.#journal.history;
  }

  async append(readings: readonly Reading[]): Promise<Appended> {
    const refusal = this.#admission.refusal();
    if (refusal !== undefined) throw refusal;
    return this.#watched(this.#journal.append(readings));
  }

  record(event: JournalEvent): Promise<number> {
    return this.#watched(this.#journal.record(event));
  }

  head(): number {
    return this.#journal.head();
  }

  follow(seq: number, signal: AbortSignal): AsyncIterable<Entry> {
    return this.#journal.follow(seq, signal);
  }

  #watched<Answer>(writing: Promise<Answer>): Promise<Answer> {
    writing.catch((error: unknown) => this.#admission.failed(error));
    return writing;
  }
}
