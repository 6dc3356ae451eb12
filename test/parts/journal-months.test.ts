import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { DAY, type EpochMs, realClock } from '#model/time';
import { BUSY_MS, segmentPath } from '../../gateway/journal/segment.ts';
import { JournalOfYears } from '../kit/journal-years.ts';

const OCTOBER: EpochMs = Date.UTC(2026, 9, 31);
const NOVEMBER: EpochMs = Date.UTC(2026, 10, 1);

function journal(): JournalOfYears {
  const journal = new JournalOfYears({ devices: {}, unknown: null }, OCTOBER);
  onTestFinished(() => journal.remove());
  journal.measure(['box.temp']);
  return journal;
}

test('a month that begins with an event is a new segment, from its first reading on', () => {
  const months = journal();
  // A start is an event of the new month, in the segment of the old one.
  months.restart(NOVEMBER);
  expect(months.segments).toEqual([1]);
  months.measure(['box.temp']);
  expect(months.segments).toEqual([1, 2]);
  months.pass(NOVEMBER + DAY);
  months.measure(['box.temp']);
  expect(months.segments).toEqual([1, 2]);
});

test('a segment that a start opens again in its own month goes on', () => {
  const months = journal();
  months.restart(OCTOBER + DAY / 2);
  months.measure(['box.temp']);
  expect(months.segments).toEqual([1]);
});

test('who reads the old month, as a backup does, does not hold up the first reading of the new one', () => {
  const months = journal();
  const reader = new DatabaseSync(segmentPath(months.dir, 1), { readOnly: true });
  onTestFinished(() => reader.close());
  reader.exec('BEGIN; SELECT seq FROM entry');
  months.pass(NOVEMBER);
  const begun = realClock.monotonic();
  months.measure(['box.temp']);
  expect(realClock.monotonic() - begun).toBeLessThan(BUSY_MS);
  expect(months.segments).toEqual([1, 2]);
});
