import { HygateError } from '#model/errors';
import type { Appended, Entry, JournalEvent } from '#model/journal';
import type { Reading } from '#model/reading';
import type { EpochMs } from '#model/time';
import { BodyWriter } from './body.ts';
import { LAST_TIME } from './history-file.ts';
import type { Batch, Committed } from './journal-writer.ts';
import { markOf } from './mark.ts';

interface Waiting<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

interface Append extends Waiting<Appended> {
  readonly readings: readonly Reading[];
}

interface Recording extends Waiting<number> {
  readonly event: JournalEvent;
}

/** What goes to the writer as one commit. */
interface Gathered {
  readonly appends: Append[];
  readonly events: Recording[];
  count: number;
  body: Uint8Array<ArrayBuffer> | null;
}

export interface CommitQueueOptions {
  /** The wall clock. */
  readonly now: () => EpochMs;
  /** Hands a batch to the writer; the bytes are given away. */
  readonly send: (batch: Batch) => void;
  /** Rows became durable; called before the promises of their readings are resolved. */
  readonly onDurable: (entries: readonly Entry[], head: number) => void;
  /** More readings than this are not taken. */
  readonly pendingLimit: number;
}

/** A row is not made larger than this, but by one append alone. */
const BATCH_READINGS = 8_192;

const gathering = (): Gathered => ({ appends: [], events: [], count: 0, body: null });

const hasWork = ({ appends, events }: Gathered): boolean => appends.length + events.length > 0;

/**
 * Group commit. While one commit runs, all that comes is gathered into the next, so the load decides how many
 * readings share a sync and nobody waits for a timer.
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  readonly #body = new BodyWriter();
  readonly #numbers = new Map<string, number>();
  #open = gathering();
  #full: Gathered[] = [];
  #running: { readonly gathered: Gathered; readonly arrived: EpochMs } | undefined;
  #scheduled = false;
  #pending = 0;
  readonly #onIdle: (() => void)[] = [];

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  get pendingReadings(): number {
    return this.#pending;
  }

  append(readings: readonly Reading[]): Promise<Appended> {
    const { pendingLimit } = this.#options;
    if (this.#pending + readings.length > pendingLimit) {
      const text = `${this.#pending} readings wait for the disk already, at most ${pendingLimit} may: send again later`;
      return Promise.reject(new HygateError('journal-unwritable', text));
    }
    const wrong = readings.find((reading) => !isStorable(reading));
    if (wrong !== undefined) {
      return Promise.reject(new RangeError(`not a reading that can be stored: ${JSON.stringify(wrong)}`));
    }
    if (this.#open.count > 0 && this.#open.count + readings.length > BATCH_READINGS) this.#closeBatch();
    this.#encode(readings);
    this.#pending += readings.length;
    this.#schedule();
    return new Promise((resolve, reject) => this.#open.appends.push({ readings, resolve, reject }));
  }

  record(event: JournalEvent): Promise<number> {
    this.#schedule();
    return new Promise((resolve, reject) => this.#open.events.push({ event, resolve, reject }));
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#running !== undefined || this.#full.length > 0 || hasWork(this.#open)) {
      await new Promise<void>((resolve) => this.#onIdle.push(resolve));
    }
  }

  /** The running batch is durable. Returns how many readings of it are new. */
  committed(result: Committed): number {
    const running = this.#running;
    if (running === undefined) return 0;
    this.#running = undefined;
    this.#pending -= running.gathered.count;
    this.#flush();
    this.#settle(running.gathered, running.arrived, result);
    this.#wakeIfIdle();
    return running.gathered.count - result.repeated.length;
  }

  failed(error: Error): void {
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) this.#reject(running.gathered, error);
    this.#flush();
    this.#wakeIfIdle();
  }

  /** The writer is gone: everything that waits is refused, and point numbers begin anew. */
  reset(error: Error): void {
    const lost = [this.#running?.gathered, ...this.#full, this.#open].filter((batch) => batch !== undefined);
    this.#running = undefined;
    this.#full = [];
    this.#open = gathering();
    this.#body.take();
    this.#numbers.clear();
    for (const gathered of lost) this.#reject(gathered, error);
    this.#wakeIfIdle();
  }

  #encode(readings: readonly Reading[]): void {
    for (const reading of readings) {
      let no = this.#numbers.get(reading.point);
      if (no === undefined) {
        no = this.#numbers.size + 1;
        this.#numbers.set(reading.point, no);
        this.#body.define(no, reading.point);
      }
      this.#body.reading(no, reading.at, reading.value ?? 0, markOf(reading));
    }
    this.#open.count += readings.length;
  }

  #closeBatch(): void {
    this.#open.body = this.#open.count === 0 ? null : this.#body.take();
    this.#full.push(this.#open);
    this.#open = gathering();
  }

  /** At the end of this turn of the event loop, so that all messages of one socket read share a commit. */
  #schedule(): void {
    if (this.#scheduled || this.#running !== undefined) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#running !== undefined) return;
    if (this.#full.length === 0 && hasWork(this.#open)) this.#closeBatch();
    const gathered = this.#full.shift();
    if (gathered === undefined) return;
    const arrived = this.#options.now();
    this.#running = { gathered, arrived };
    this.#options.send({
      arrived,
      readings: gathered.body,
      events: gathered.events.map(({ event }) => event),
    });
  }

  #wakeIfIdle(): void {
    if (this.#running === undefined) for (const wake of this.#onIdle.splice(0)) wake();
  }

  #settle({ appends, events }: Gathered, arrived: EpochMs, result: Committed): void {
    const { head, readingsSeq, repeated, eventsSeq, remarks } = result;
    const answers = appends.map(({ readings }) => ({ readings, repeated: 0 }));
    if (repeated.length > 0) dropRepeated(answers, new Set(repeated));
    const readings =
      answers.length === 1 ? (answers[0]?.readings ?? []) : answers.flatMap((one) => one.readings);
    const told = events.map(({ event }) => event);
    const entries = eventEntries(told, eventsSeq, arrived);
    if (readingsSeq !== null) entries.push({ kind: 'readings', seq: readingsSeq, arrived, readings });
    entries.push(...eventEntries(remarks, head - remarks.length + 1, arrived));
    this.#options.onDurable(entries, head);
    appends.forEach(({ resolve }, index) => {
      resolve({ seq: readingsSeq ?? head, repeated: answers[index]?.repeated ?? 0 });
    });
    events.forEach(({ resolve }, index) => {
      resolve(eventsSeq + index);
    });
  }

  #reject({ appends, events, count }: Gathered, error: Error): void {
    this.#pending -= count;
    for (const { reject } of [...appends, ...events]) reject(error);
  }
}

const eventEntries = (events: readonly JournalEvent[], from: number, arrived: EpochMs): Entry[] =>
  events.map((event, index) => ({ kind: 'event', seq: from + index, arrived, event }));

/** Takes the readings at the given places, counted through all answers, out of them. */
function dropRepeated(
  answers: { readings: readonly Reading[]; repeated: number }[],
  places: ReadonlySet<number>,
): void {
  let start = 0;
  for (const answer of answers) {
    const { readings } = answer;
    const base = start;
    answer.readings = readings.filter((_, index) => !places.has(base + index));
    answer.repeated = readings.length - answer.readings.length;
    start += readings.length;
  }
}

const isStorable = ({ at, value, quality }: Reading): boolean =>
  Number.isInteger(at) &&
  at >= 0 &&
  at <= LAST_TIME &&
  (value === null ? quality === 'bad' : Number.isFinite(value));
