import { DatabaseSync } from 'node:sqlite';
import type { NumberedAlarmEvent } from '#model/alarm';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type EpochMs, type Ms, SECOND } from '#model/time';
import { backoff } from '../../../gateway/runtime/backoff.ts';
import { parseEvent } from './stored-alarm.ts';

/** Looked at the file this often. */
const POLL: Ms = SECOND;
const LONGEST_RETRY: Ms = 30 * SECOND;
const BUSY: Ms = 5 * SECOND;
const PORTION = 500;

export interface EventLogOptions {
  /** alarms.sqlite, which the store of a running gateway may be writing. */
  readonly file: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/**
 * The events of alarms in the order in which they became durable, for readers in threads and programs of their own. The
 * file is opened for each look: it may be set aside and begun anew, and nothing must hold it meanwhile.
 */
export class EventLog {
  readonly #options: EventLogOptions;

  constructor(options: EventLogOptions) {
    this.#options = options;
  }

  /** Every event after the number, in order, until the signal is aborted. While the file cannot be read it waits and tries again. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<NumberedAlarmEvent> {
    const { clock } = this.#options;
    for (let last = after; !signal.aborted; ) {
      const events = await this.#patiently(() => this.after(last), signal);
      yield* events;
      last = events.at(-1)?.no ?? last;
      if (events.length === 0) await clock.sleep(POLL, signal);
    }
  }

  /** The number of the newest; 0 when there is none. Waits as `follow` does. */
  newest(signal: AbortSignal): Promise<number> {
    const count = () =>
      this.#read((db) => Number(db.prepare('SELECT max(id) AS newest FROM events').get()?.['newest'] ?? 0));
    return this.#patiently(count, signal);
  }

  /** At most some hundreds after the number. Throws what SQLite throws. */
  after(no: number): NumberedAlarmEvent[] {
    return this.#read((db) =>
      db
        .prepare('SELECT id, doc FROM events WHERE id > ? ORDER BY id LIMIT ?')
        .all(no, PORTION)
        .map(numbered),
    );
  }

  /** Those of a span, in the order of their numbers. Throws what SQLite throws. */
  between(from: EpochMs, to: EpochMs): NumberedAlarmEvent[] {
    const at = "json_extract(doc, '$.at')";
    const question = `SELECT id, doc FROM events WHERE ${at} >= ? AND ${at} < ? ORDER BY id`;
    return this.#read((db) => db.prepare(question).all(from, to).map(numbered));
  }

  #read<Answer>(ask: (db: DatabaseSync) => Answer): Answer {
    const db = new DatabaseSync(this.#options.file, { readOnly: true, timeout: BUSY });
    try {
      return ask(db);
    } finally {
      db.close();
    }
  }

  async #patiently<Answer>(ask: () => Answer, signal: AbortSignal): Promise<Answer> {
    const { clock, log, meter, file } = this.#options;
    for (let failures = 0; ; failures++) {
      try {
        return ask();
      } catch (err) {
        meter.count('hygate_forward_reads_failed_total');
        if (failures === 0) log.warn({ err, file }, 'events of alarms cannot be read; it is tried again');
        const delay = backoff(failures, { first: POLL, longest: LONGEST_RETRY, random: Math.random });
        await clock.sleep(delay, signal);
      }
    }
  }
}

const numbered = ({ id, doc }: Readonly<Record<string, unknown>>): NumberedAlarmEvent => ({
  ...parseEvent(String(doc)),
  no: Number(id),
});
