import type { Entry } from '#model/journal';
import type { Log } from '#model/log';
import { DAY, type EpochMs } from '#model/time';
import { EntryDecoder } from './entries.ts';
import { openReadOnly } from './read-only.ts';
import { listSegments, readMeta, segmentPath } from './segment.ts';
import { SegmentTail } from './segment-tail.ts';

/** Rows up to this time were written before the clock was set: they say nothing of when. */
const CLOCK_SET: EpochMs = Date.UTC(2020, 0, 1);

/**
 * Every row after `seq` that is durable now, in order; a damaged one is logged and passed over. For commands: it reads the
 * files of a journal that may be written to meanwhile, waits for nothing, and holds the thread while it reads.
 */
export function* scanJournal(dir: string, seq: number, log: Log): Generator<Entry> {
  const tail = new SegmentTail(dir, log);
  const decoder = new EntryDecoder(log);
  try {
    for (let after = seq; ; ) {
      const slice = tail.slice(after, decoder.known);
      const last = slice.rows.at(-1);
      if (last === undefined) return;
      yield* decoder.decode(slice);
      after = last.seq;
    }
  } finally {
    tail.close();
  }
}

/**
 * A seq after which all readings measured at or after `from` lie. A reading may be an hour ahead of the gateway's clock
 * and the clock may step; a day covers both.
 */
export function seqBefore(dir: string, from: EpochMs): number {
  for (const no of listSegments(dir)) {
    const { db, close } = openReadOnly(segmentPath(dir, no));
    try {
      const last = db.prepare('SELECT arrived FROM entry ORDER BY seq DESC LIMIT 1').get();
      const arrived = Number(last?.['arrived'] ?? 0);
      if (arrived < CLOCK_SET || arrived >= from - DAY) return Math.max(0, readMeta(db).first - 1);
    } finally {
      close();
    }
  }
  return 0;
}
