import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { setAsideOf } from '#model/set-aside';
import { type Clock, DAY, HOUR, MINUTE, realClock } from '#model/time';
import { CountingMeter } from '../kit/broker.ts';
import { good, journalFolder, openJournal, readingsOf, rowsUpToHead } from '../kit/journal-folder.ts';
import { JournalInProcess } from '../kit/journal-in-process.ts';

const NOW = Math.floor(Date.now() / HOUR) * HOUR - HOUR;
const clockAt = (wall: () => number): Clock => ({ ...realClock, wall });
const dump = (from: number, count: number, value = 5) =>
  Array.from({ length: count }, (_, minute) =>
    good('box.temp', from + minute * MINUTE, value + minute / 1e3),
  );

test('three days of a memory that comes at once lie in place, each with both times; what came in time has one', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { clock: clockAt(() => NOW) });
  const [first, all] = [NOW - 3 * DAY, dump(NOW - 3 * DAY, 3 * 1440)];
  await journal.append([good('box.temp', NOW - MINUTE / 2, 9)]);
  for (let from = 0; from < all.length; from += 100) await journal.append(all.slice(from, from + 100));
  const answer = await journal.history.readings('box.temp', first, NOW, 10_000);
  expect(answer.map(({ at }) => at)).toEqual([...all.map(({ at }) => at), NOW - MINUTE / 2]);
  for (const { at, arrived } of answer) expect(arrived).toBe(NOW - at > 2 * MINUTE ? NOW : undefined);
  await journal.stop();
});

test('both times are still known after a restart, and after the history was lost and made again', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { clock: clockAt(() => NOW) });
  await journal.append(dump(NOW - 5 * HOUR, 100));
  // Two arrivals in one hour, the second in a later message.
  await journal.append(dump(NOW - 5 * HOUR + 30_000, 100, 7));
  const before = await journal.history.readings('box.temp', 0, NOW, 1000);
  expect(before.filter(({ arrived }) => arrived === NOW)).toHaveLength(200);
  await journal.stop();
  const again = await openJournal(dir, { clock: clockAt(() => NOW + DAY) });
  expect(await again.history.readings('box.temp', 0, NOW, 1000)).toEqual(before);
  await again.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `history.sqlite${suffix}`), { force: true });
  const rebuilt = await openJournal(dir, { clock: clockAt(() => NOW + 2 * DAY) });
  expect(await rebuilt.history.readings('box.temp', 0, NOW, 1000)).toEqual(before);
  await rebuilt.stop();
});

test('a history of an older version is made again, and keeps nothing of the old file', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { clock: clockAt(() => NOW) });
  await journal.append(dump(NOW - 5 * HOUR, 10));
  await journal.stop();
  const file = join(dir, 'history.sqlite');
  const old = new DatabaseSync(file);
  old.exec('DROP TABLE late; UPDATE hour SET count = 99; PRAGMA user_version = 1');
  old.close();
  copyFileSync(file, `${file}.copy`);
  const again = await openJournal(dir, { clock: clockAt(() => NOW) });
  const answer = await again.history.readings('box.temp', 0, NOW, 100);
  expect(answer.map(({ arrived }) => arrived)).toEqual(Array(10).fill(NOW));
  await again.stop();
});

test('another value for a time that has one is not dropped: it is an event with the reading, counted, and the first stands', async () => {
  const dir = journalFolder();
  const meter = new CountingMeter();
  const journal = await openJournal(dir, { clock: clockAt(() => NOW), meter });
  await journal.append(dump(NOW - HOUR, 3));
  // The clock of the box went back an hour: the same minutes, other values; one of them by chance the same.
  const again = [
    { ...good('box.temp', NOW - HOUR, 11), quality: 'uncertain' as const, reason: 'clock' as const },
    good('box.temp', NOW - HOUR + MINUTE, 5.001),
    good('box.temp', NOW - HOUR + 2 * MINUTE, 12),
  ];
  const fresh = good('box.temp', NOW - HOUR + 3 * MINUTE, 6);
  const { repeated } = await journal.append([...again, fresh]);
  expect(repeated).toBe(3);
  expect(meter.of('hygate_readings_set_aside_total', 'conflict')).toBe(2);
  expect(meter.of('hygate_readings_repeated_total')).toBe(1);
  const rows = await rowsUpToHead(journal);
  expect(readingsOf(rows).map(({ value }) => value)).toEqual([5, 5.001, 5.002, 6]);
  const aside = rows.flatMap((row) => (row.kind === 'event' ? (setAsideOf(row.event) ?? []) : []));
  expect(aside).toEqual([{ why: 'conflict', readings: [again[0], again[2]] }]);
  expect((await journal.history.readings('box.temp', 0, NOW, 9)).map(({ value }) => value)).toEqual([
    5, 5.001, 5.002, 6,
  ]);
  const told = await journal.history.events(0, NOW + 1, 10);
  expect(told.filter(({ type }) => type === 'readings-set-aside')).toHaveLength(1);
  await journal.stop();
});

test('rows are the same for who follows and for who reads them from disk, with conflicts and events between readings', async () => {
  const journal = new JournalInProcess(NOW);
  const event = { type: 'clock-stepped', at: NOW, by: null, data: {} };
  const stored = journal.queue.append(dump(NOW - HOUR, 2));
  const recorded = journal.queue.record(event);
  const [{ seq }, eventSeq] = await Promise.all([stored, recorded]);
  // What explains stands before what it explains.
  expect(eventSeq).toBe(seq - 1);
  const both = await journal.queue.append([good('box.temp', NOW - HOUR, 99), good('box.temp', NOW, 1)]);
  const kinds = journal.rows().map((row) => (row.kind === 'event' ? row.event.type : `readings ${row.seq}`));
  expect(kinds.slice(-4)).toEqual([
    'clock-stepped',
    `readings ${seq}`,
    `readings ${both.seq}`,
    'readings-set-aside',
  ]);
  journal.remove();
});
