import { randomUUID } from 'node:crypto';
import { HygateError } from '#model/errors';
import type { Appended, Entry, Journal, JournalEvent } from '#model/journal';
import type { Part } from '#model/part';
import type { Reading } from '#model/reading';
import { SECOND, type Timer } from '#model/time';
import { Thread } from '../runtime/thread.ts';
import { Bell } from './bell.ts';
import { Calls } from './calls.ts';
import { CommitQueue } from './commit-queue.ts';
import { EntryDecoder } from './entries.ts';
import { FolderLock } from './folder-lock.ts';
import { follow, type Portion } from './follow.ts';
import type { FromReader, ToReader } from './history-messages.ts';
import { DEFAULTS, type FileJournalOptions } from './journal-options.ts';
import { Notices } from './notices.ts';
import { Ring } from './ring.ts';
import { bootId } from './run-identity.ts';
import { ThreadHistory } from './thread-history.ts';
import type { FromWriter, ToWriter, WriterData } from './writer-messages.ts';

const TICK = 10 * SECOND;
/** Rows that a follower takes at once from memory. */
const PORTION_ROWS = 256;

/** The journal of the main thread: the files are a writer's and a reader's thread's. */
export class FileJournal implements Journal, Part {
  readonly name = 'journal';
  readonly history: ThreadHistory;
  readonly #options: Required<FileJournalOptions>;
  readonly #lock: FolderLock;
  readonly #writer: Thread;
  readonly #reader: Thread;
  readonly #writerCalls = new Calls();
  readonly #readerCalls = new Calls();
  readonly #queue: CommitQueue;
  readonly #notices: Notices;
  readonly #bell = new Bell();
  #ring = new Ring(0, 0);
  #head = 0;
  #serving = false;
  #answering = false;
  #ended = new AbortController();
  #ticking: Timer | undefined;

  constructor(options: FileJournalOptions) {
    this.#options = { ...DEFAULTS, boot: bootId(), ...options };
    const { dir, clock, log, meter, segmentBytes, openReadings, pendingReadings } = this.#options;
    const { boot, siteId: site, retention, consumers } = this.#options;
    const identity = { boot, run: randomUUID() };
    this.#lock = new FolderLock(dir);
    this.#writer = new Thread({
      name: 'journal',
      entry: new URL('./journal.thread.ts', import.meta.url),
      data: (): WriterData => ({
        ...{ dir, segmentBytes, openReadings, identity, site, retention, consumers },
        now: clock.wall(),
      }),
      onMessage: (message) => this.#fromWriter(message as FromWriter),
      onDeath: (error) => this.#writerDied(error),
      onReady: () => this.#writerServes(),
      // A disk that could not even be opened and is mended: readings wait no longer than this.
      longestRest: 2 * SECOND,
      log,
      meter,
      clock,
    });
    this.#reader = new Thread({
      name: 'history',
      entry: new URL('./history.thread.ts', import.meta.url),
      data: () => ({ dir }),
      onMessage: (message) => this.#fromReader(message as FromReader),
      onDeath: (error) => this.#readerDied(error),
      onReady: () => this.#readerServes(),
      log,
      meter,
      clock,
    });
    this.#queue = new CommitQueue({
      now: () => clock.wall(),
      send: (batch) => {
        const transfer = batch.readings === null ? [] : [batch.readings.buffer as ArrayBuffer];
        this.#writer.post({ kind: 'commit', ...batch } satisfies ToWriter, transfer);
      },
      onDurable: (entries, head) => this.#durable(entries, head),
      pendingLimit: pendingReadings,
    });
    const record = (event: JournalEvent) => this.record(event);
    this.#notices = new Notices({ ...this.#options, record, now: () => clock.wall() });
    this.history = new ThreadHistory({
      clock,
      writer: { calls: this.#writerCalls, post: (message) => this.#askWriter(message) },
      reader: {
        calls: this.#readerCalls,
        post: (id, question) => this.#askReader({ kind: 'question', id, question }),
      },
    });
  }

  /** Readings that were appended and are not yet durable. */
  get pendingReadings(): number {
    return this.#queue.pendingReadings;
  }

  async start(): Promise<void> {
    this.#lock.take();
    this.#ended = new AbortController();
    try {
      await this.#writer.start();
      await this.#reader.start();
    } catch (error) {
      await this.#writer.stop();
      this.#lock.release();
      throw error;
    }
    this.#tick();
  }

  /** What was appended before is durable or refused when this resolves. Followers end. */
  async stop(): Promise<void> {
    this.#ticking?.cancel();
    this.#ended.abort();
    await this.#notices.flush();
    if (this.#serving) await this.#queue.drained();
    this.#serving = false;
    this.#notices.serve(false);
    this.#writer.post({ kind: 'stopping', now: this.#options.clock.wall() } satisfies ToWriter);
    this.#answering = false;
    await this.#reader.stop();
    await this.#writer.stop();
    const closed = new HygateError('journal-unwritable', 'the journal is closed');
    this.#failWrites(closed);
    this.#readerCalls.failAll(closed);
    this.#lock.release();
  }

  append(readings: readonly Reading[]): Promise<Appended> {
    if (!this.#serving) return Promise.reject(notServing());
    if (readings.length === 0) return Promise.resolve({ seq: this.#head, repeated: 0 });
    return this.#queue.append(readings);
  }

  record(event: JournalEvent): Promise<number> {
    return this.#serving ? this.#queue.record(event) : Promise.reject(notServing());
  }

  head(): number {
    return this.#head;
  }

  follow(seq: number, signal: AbortSignal): AsyncIterable<Entry> {
    const decoder = new EntryDecoder(this.#options.log, this.#options.meter);
    return follow(seq, AbortSignal.any([signal, this.#ended.signal]), {
      bell: this.#bell,
      next: async (after) => {
        if (after >= this.#head) return { entries: [], last: after };
        const entries = this.#ring.after(after, PORTION_ROWS);
        if (entries === undefined) return this.#rowsFromDisk(after, decoder);
        return { entries, last: entries.at(-1)?.seq ?? after };
      },
    });
  }

  /** None while the reading thread is dead: the bell rings when it serves again. */
  async #rowsFromDisk(after: number, decoder: EntryDecoder): Promise<Portion> {
    try {
      return await this.history.rows(after, decoder);
    } catch (error) {
      if (this.#answering) throw error;
      return { entries: [], last: after };
    }
  }

  #durable(entries: readonly Entry[], head: number): void {
    for (const entry of entries) this.#ring.push(entry);
    this.#head = head;
    this.#options.meter.gauge('hygate_journal_seq', head);
    if (entries.length > 0) this.#bell.ring();
  }

  #fromWriter(message: FromWriter): void {
    const { meter } = this.#options;
    if (message.kind === 'committed') {
      const stored = this.#queue.committed(message);
      meter.count('hygate_readings_journaled_total', {}, stored);
      const { repeated, conflicts } = message;
      meter.count('hygate_readings_repeated_total', {}, repeated.length - conflicts);
      if (conflicts > 0) meter.count('hygate_readings_set_aside_total', { reason: 'conflict' }, conflicts);
    } else if (message.kind === 'failed') {
      const text = `the journal in ${this.#options.dir} cannot write (${message.text}): free space or mend the disk, nothing of this was stored`;
      this.#queue.failed(new HygateError('journal-unwritable', text));
    } else if (message.kind === 'answer') this.#writerCalls.answer(message.id, message.answer);
    else if (message.kind === 'notice') this.#notices.take(message.notice);
    else {
      // Rows may be durable whose acknowledgement died with the thread before: followers find them on disk.
      this.#head = message.head;
      this.#ring = new Ring(this.#options.ringBytes, message.head);
    }
  }

  #fromReader(message: FromReader): void {
    if ('notice' in message) this.#notices.take(message.notice);
    else if ('damaged' in message) {
      if (this.#serving) this.#writer.post({ kind: 'repair', key: message.damaged } satisfies ToWriter);
    } else if (message.ok) this.#readerCalls.answer(message.id, message.answer);
    else this.#readerCalls.fail(message.id, new HygateError(message.code, message.text));
  }

  #askWriter(message: ToWriter): void {
    if (!this.#serving) throw notServing();
    this.#writer.post(message);
  }

  /** What a dead thread is asked is lost, and who asked would wait for ever. */
  #askReader(message: ToReader): void {
    if (!this.#answering)
      throw new HygateError('internal', 'the history starts again: ask again in a moment');
    this.#reader.post(message);
  }

  #readerServes(): void {
    this.#answering = true;
    this.#bell.ring();
  }

  #readerDied(error: Error): void {
    this.#answering = false;
    this.#readerCalls.failAll(error);
  }

  #writerServes(): void {
    this.#serving = true;
    this.#notices.serve(true);
    this.#reader.post({ kind: 'reopen' } satisfies ToReader);
    this.#bell.ring();
  }

  #writerDied(cause: Error): void {
    this.#serving = false;
    this.#notices.serve(false);
    const text =
      'the thread that writes the journal died: whether this was stored is not known, send it again';
    this.#failWrites(new HygateError('journal-unwritable', text, { cause }));
  }

  #failWrites(error: Error): void {
    this.#queue.reset(error);
    this.#writerCalls.failAll(error);
  }

  #tick(): void {
    this.#ticking = this.#options.clock.after(TICK, () => {
      this.#reader.post({ kind: 'release' } satisfies ToReader);
      this.#writer.post({ kind: 'tick', now: this.#options.clock.wall() } satisfies ToWriter);
      void this.#notices.flush();
      this.#tick();
    });
  }
}

const notServing = (): HygateError =>
  new HygateError('journal-unwritable', 'the journal does not write at the moment: send it again later');
