import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { readBody } from './body.ts';
import type { Damage } from './damage.ts';
import { decodeEvent } from './entries.ts';
import type { Flusher } from './flusher.ts';
import type { OpenHours, OpenPoint } from './open-hours.ts';
import { KIND } from './segment.ts';
import { NOTHING_KNOWN, type RawRow, SegmentTail, type Slice } from './segment-tail.ts';

export interface ReplayOptions {
  readonly dir: string;
  readonly hours: OpenHours;
  readonly flusher: Flusher;
  /** All rows up to `seq` are in the open hours or the history. */
  readonly onTaken: (seq: number) => void;
  readonly onDamage: (damage: Damage) => void;
  readonly log: Log;
  readonly meter: Meter;
}

/** Reads rows from the segments into the open hours, through the same check for repeats: too many do no harm. */
export function replayAfter(cursor: number, options: ReplayOptions): void {
  const { dir, log, meter, onDamage } = options;
  const tail = new SegmentTail(dir, log, meter, onDamage);
  try {
    for (let seq = cursor; ; ) {
      const slice = tail.slice(seq, NOTHING_KNOWN);
      if (slice.last === seq) return;
      replaySlice(slice, options);
      seq = slice.last;
      options.onTaken(seq);
      if (options.flusher.overfull) options.flusher.all();
    }
  } finally {
    tail.close();
  }
}

function replaySlice({ points, rows }: Slice, options: ReplayOptions): void {
  const { hours, log, meter } = options;
  const numbered: OpenPoint[] = [];
  for (const { no, id } of points) numbered[no] = hours.point(id);
  for (const row of rows) {
    try {
      replayRow(row, numbered, options);
    } catch (error) {
      meter.count('hygate_journal_errors_total', { reason: 'row-unreadable' });
      log.error({ seq: row.seq, err: error }, 'a row cannot be decoded and is not in the history');
    }
    hours.commit();
  }
}

function replayRow(row: RawRow, numbered: OpenPoint[], { hours, flusher }: ReplayOptions): void {
  const { seq, arrived, kind, body } = row;
  if (kind === KIND.event) {
    flusher.addEvents([{ seq, event: decodeEvent(body) }]);
    return;
  }
  readBody(body, {
    point: (no, id) => {
      numbered[no] = hours.point(id);
    },
    reading: (no, at, value, mark) => {
      const point = numbered[no];
      if (point === undefined) throw new RangeError(`point number ${no} has no id`);
      hours.accept(point, { seq, arrived }, { at, value, mark });
    },
  });
}
