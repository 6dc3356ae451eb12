import { existsSync } from 'node:fs';
import type { Entry } from '#model/journal';
import { silentMeter } from '#model/meter';
import { type EpochMs, realClock } from '#model/time';
import { EventLog } from '../../alerts/engine/store/event-log.ts';
import { type Batch, batches } from '../forward/influx/batches.ts';
import { type AlarmItem, alarmLines, journalLines } from '../forward/influx/line-source.ts';
import { scanJournal, seqBefore } from '../journal/scan.ts';
import { createLog } from '../runtime/log.ts';
import { type InfluxFolder, type SpanOptions, spanOf } from './influx-folder.ts';

/** What the gateway forwards of a span, as it would send it: readings, events of the journal, events of alarms. */
export async function* spanBatches(folder: InfluxFolder, options: SpanOptions): AsyncGenerator<Batch> {
  const span = spanOf(options);
  const making = { size: folder.target.batch, clock: realClock };
  yield* batches(entriesIn(folder, span), { ...making, source: journalLines(folder.site) });
  yield* batches(alarmsIn(folder, span), { ...making, source: alarmLines(folder.site) });
}

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

async function* entriesIn({ journalDir }: InfluxFolder, { from, to }: Span): AsyncGenerator<Entry> {
  const isIn = ({ at }: { readonly at: EpochMs }) => at >= from && at < to;
  for (const entry of scanJournal(journalDir, seqBefore(journalDir, from), logOf())) {
    if (entry.kind === 'event') {
      if (isIn(entry.event)) yield entry;
      continue;
    }
    const readings = entry.readings.filter(isIn);
    if (readings.length > 0) yield { ...entry, readings };
  }
}

async function* alarmsIn({ alarmsPath: file }: InfluxFolder, { from, to }: Span): AsyncGenerator<AlarmItem> {
  if (!existsSync(file)) return;
  const events = new EventLog({ file, clock: realClock, log: logOf(), meter: silentMeter });
  for (const event of events.between(from, to)) yield { seq: event.no, arrived: event.at, event };
}

const logOf = () => createLog(process.env['HYGATE_LOG'] ?? 'error');
