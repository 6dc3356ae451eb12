import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Entry, Journal } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import type { FileJournalOptions } from '../../gateway/journal/journal-options.ts';

/** A folder that goes with its test. */
export function journalFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-journal-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A running journal on the folder, stopped at the end of the test if it still runs. */
export async function openJournal(dir: string, more: Partial<FileJournalOptions> = {}): Promise<FileJournal> {
  const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter, ...more });
  await journal.start();
  onTestFinished(() => journal.stop());
  return journal;
}

export const good = (point: string, at: number, value: number): Reading => ({
  point,
  at,
  value,
  quality: 'good',
  reason: null,
});

/** Every row from `seq` to the head as it is now. */
export async function rowsUpToHead(journal: Journal, seq = 0): Promise<Entry[]> {
  const rows: Entry[] = [];
  const end = journal.head();
  if (end <= seq) return rows;
  for await (const entry of journal.follow(seq, new AbortController().signal)) {
    rows.push(entry);
    if (entry.seq >= end) break;
  }
  return rows;
}

export const readingsOf = (rows: readonly Entry[]): Reading[] =>
  rows.flatMap((row) => (row.kind === 'readings' ? row.readings : []));

/** Readings as they were sent: without when they came. */
export const asSent = (readings: readonly Reading[]): Reading[] =>
  readings.map(({ arrived: _, ...sent }) => sent);
