import { randomUUID } from 'node:crypto';
import type { Alarm } from '#model/alarm';
import type { Journal, JournalEvent } from '#model/journal';
import type { Acted } from './book.ts';

interface Caller {
  readonly resolve: (alarm: Alarm | null) => void;
  readonly reject: (error: Error) => void;
}

/** Brings what people do into the journal, and tells them what became of it once that is durable. */
export class ActDesk {
  readonly #journal: Pick<Journal, 'record'>;
  readonly #callers = new Map<string, Caller>();

  constructor(journal: Pick<Journal, 'record'>) {
    this.#journal = journal;
  }

  /** `rowOf` makes the journal's row. Resolves with the alarm after it; null when it was about a point. */
  async bring(rowOf: (token: string) => JournalEvent): Promise<Alarm | null> {
    const token = randomUUID();
    const done = new Promise<Alarm | null>((resolve, reject) => {
      this.#callers.set(token, { resolve, reject });
    });
    // When the journal refuses, nobody waits for `done` any more.
    done.catch(() => undefined);
    try {
      await this.#journal.record(rowOf(token));
    } catch (error) {
      this.#callers.delete(token);
      throw error;
    }
    return done;
  }

  /** Rows of a replay have no caller that waits. */
  settle({ token, alarm, refusal }: Acted): void {
    const caller = this.#callers.get(token);
    this.#callers.delete(token);
    if (refusal === null) caller?.resolve(alarm);
    else caller?.reject(refusal);
  }

  stop(): void {
    for (const { reject } of this.#callers.values()) reject(new Error('the alarm engine has stopped'));
    this.#callers.clear();
  }
}
