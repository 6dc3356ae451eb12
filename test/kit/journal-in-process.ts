import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Entry } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { EpochMs } from '#model/time';
import { CommitQueue } from '../../gateway/journal/commit-queue.ts';
import { EntryDecoder } from '../../gateway/journal/entries.ts';
import { HistoryReader, type PointSpan } from '../../gateway/journal/history-reader.ts';
import { JournalWriter } from '../../gateway/journal/journal-writer.ts';
import { SegmentTail } from '../../gateway/journal/segment-tail.ts';

/** The journal's parts without its threads, so that a test can take thousands of steps, with tiny bounds. */
export class JournalInProcess {
  readonly #dir: string;
  readonly queue: CommitQueue;
  #writer: JournalWriter;
  now: EpochMs;

  constructor(now: EpochMs, from?: string) {
    this.#dir = mkdtempSync(join(tmpdir(), 'hygate-journal-'));
    if (from !== undefined) cpSync(from, this.#dir, { recursive: true });
    this.now = now;
    this.#writer = this.#open();
    this.queue = new CommitQueue({
      now: () => this.now,
      send: (batch) => queueMicrotask(() => void this.queue.committed(this.#writer.commit(batch))),
      onDurable: () => {},
      pendingLimit: 1e6,
    });
  }

  get writer(): JournalWriter {
    return this.#writer;
  }

  restart(): void {
    this.#writer.close(this.now);
    this.#writer = this.#open();
    this.queue.reset(new Error('restarted'));
  }

  /** Goes on with a copy of the files as they lie, as after a power cut; this one is left behind. */
  crash(): JournalInProcess {
    const next = new JournalInProcess(this.now, this.#dir);
    this.remove();
    return next;
  }

  tick(): void {
    this.#writer.tick(this.now);
    while (this.#writer.idle());
  }

  /** Asks the history, with the open part from the writer, and does something in between. */
  ask<Answer>(
    span: { readonly point: string; readonly from: EpochMs; readonly to: EpochMs },
    question: (reader: HistoryReader, span: PointSpan) => Answer,
    between: () => void = () => {},
  ): Answer {
    const open = this.#writer.open(span.point, span.from, span.to);
    between();
    const reader = new HistoryReader(this.#dir);
    try {
      return question(reader, { ...span, open });
    } finally {
      reader.close();
    }
  }

  rows(): Entry[] {
    const tail = new SegmentTail(this.#dir, silentLog);
    const decoder = new EntryDecoder(silentLog);
    const rows: Entry[] = [];
    for (let seq = 0; ; seq = rows.at(-1)?.seq ?? seq) {
      const entries = decoder.decode(tail.slice(seq, decoder.known));
      rows.push(...entries);
      if (entries.length > 0) continue;
      tail.close();
      return rows;
    }
  }

  remove(): void {
    this.#writer.close(this.now);
    rmSync(this.#dir, { recursive: true });
  }

  #open(): JournalWriter {
    return new JournalWriter({
      dir: this.#dir,
      segmentBytes: 16_000,
      openReadings: 60,
      now: this.now,
      site: 'test',
      retention: null,
      consumers: [],
      tell: () => {},
      identity: { boot: null, run: 'in process' },
      log: silentLog,
      meter: silentMeter,
    });
  }
}
