import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { LedgerHour } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { writePoints } from '#model/points-event';
import { HOUR, MINUTE, realClock } from '#model/time';
import { audit } from '../../gateway/journal/audit/audit.ts';
import { windowsOf } from '../../gateway/journal/audit/windows.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import type { FileJournalOptions } from '../../gateway/journal/journal-options.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { good, journalFolder } from '../kit/journal-folder.ts';

const START = Date.UTC(2025, 10, 22, 8, 0, 0);
const POINTS = ['box.temp', 'box.door', 'fridge.temp'];

/** Two days with a stop, a power cut, a logger that came back with its memory, and a point that was removed. */
async function lifeOf(dir: string, onEnd: (stop: () => unknown) => unknown): Promise<FileJournal> {
  let now = START;
  const clock = { ...realClock, wall: () => now };
  const minute = (at: number) => START + at * MINUTE;
  const configure = (journal: FileJournal, points: readonly string[]) =>
    journal.record({
      type: 'points-configured',
      at: now,
      by: null,
      data: writePoints(points.map((point) => [point, MINUTE])),
    });
  const run = async (journal: FileJournal, from: number, to: number, points: readonly string[]) => {
    for (let at = from; at < to; at += 20) {
      const readings = Array.from({ length: Math.min(20, to - at) }, (_, n) =>
        points.map((point) => good(point, minute(at + n), at + n)),
      );
      now = minute(Math.min(to, at + 20)) - 1;
      await journal.append(readings.flat());
    }
  };
  const open = async (more: Partial<FileJournalOptions> = {}) => {
    const common = { dir, clock, log: silentLog, meter: silentMeter, segmentBytes: 30_000 };
    const journal = new FileJournal({ ...common, ...more });
    await journal.start();
    onEnd(() => journal.stop());
    return journal;
  };
  const first = await open();
  await configure(first, POINTS);
  await run(first, 0, 300, POINTS);
  await first.stop();
  now = minute(330);
  const second = await open({ boot: 'another boot' });
  await run(second, 330, 400, ['fridge.temp']);
  const away = { cause: 'device-offline', device: 'box', from: minute(330), to: minute(400), readings: null };
  await second.record({ type: 'outage', at: now, by: null, data: away });
  // The box kept the last half hour.
  await run(second, 370, 400, ['box.temp', 'box.door']);
  await run(second, 400, 1500, POINTS);
  await second.stop();
  const third = await open();
  await configure(third, POINTS.slice(0, 2));
  await run(third, 1500, 2000, POINTS.slice(0, 2));
  return third;
}

let life: string;
beforeAll(async () => {
  life = mkdtempSync(join(tmpdir(), 'hygate-audit-'));
  await (await lifeOf(life, () => {})).stop();
});
afterAll(() => rmSync(life, { recursive: true, force: true }));

/** A copy of that life, over and done. */
function copyOfLife(): string {
  const dir = journalFolder();
  cpSync(life, dir, { recursive: true });
  return dir;
}

const options = (dir: string, window?: number) => ({ dir, log: silentLog, ...(window ? { window } : {}) });

test('the account of the segments is that of the history, on a running journal, whatever the window', async () => {
  const dir = journalFolder();
  const journal = await lifeOf(dir, (stop) => onTestFinished(async () => void (await stop())));
  const report = audit(options(dir));
  expect(report).toMatchObject({ unbalancedHours: 0, historyFaultHours: 0, doubled: 0, unconfigured: [] });
  expect(report).toMatchObject({ points: 3, readings: 3 * 300 + 70 + 2 * 30 + 3 * 1100 + 2 * 500 });
  expect(report.segments).toBeGreaterThan(2);
  // The stop: 30 of each; the box away: 40 of its two points, of which the one at the start is the stop's.
  expect(report.totals.missing).toEqual({ 'gateway-stopped': 3 * 30 + 2, 'device-offline': 2 * 39 });
  expect(report.totals.expected).toBe(report.totals.stored + 90 + 80);
  for (const window of [1, 100, 1000]) expect(audit(options(dir, window))).toEqual(report);

  const end = Math.ceil(report.end / HOUR) * HOUR;
  const rows: LedgerHour[] = [];
  for (const point of POINTS) rows.push(...(await journal.history.ledger(point, START, end, MINUTE)).hours);
  const sum = (pick: (row: LedgerHour) => number) => rows.reduce((all, row) => all + pick(row), 0);
  const { totals } = report;
  expect(sum(({ stored }) => stored)).toBe(totals.stored);
  expect(sum(({ missing }) => missing['device-offline'] ?? 0)).toBe(totals.missing['device-offline']);
});

test('it writes nothing, and a copy of the folder says the same', async () => {
  const [dir, copy] = [copyOfLife(), journalFolder()];
  // Not the -shm: it belongs to those who have the files open.
  cpSync(dir, copy, { recursive: true, filter: (path) => !path.endsWith('-shm') });
  const contents = () =>
    // SQLite's own: -shm is memory shared by readers, and one of them may leave an empty -wal.
    readdirSync(copy)
      .filter((name) => !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(copy, name)).toString('base64')])
      .filter(([, content]) => content !== '');
  const before = contents();
  expect(audit(options(copy))).toEqual(audit(options(dir)));
  expect(contents()).toEqual(before);
});

test('a history of which one value was changed, one reading taken or one added is found, with point and hour', async () => {
  const dir = copyOfLife();
  const change = (sql: string) => {
    const copy = journalFolder();
    cpSync(dir, copy, { recursive: true });
    const db = new DatabaseSync(join(copy, 'history.sqlite'));
    const { changes } = db.prepare(sql).run();
    expect(Number(changes)).toBeGreaterThan(0);
    db.close();
    return audit(options(copy));
  };
  expect(audit(options(dir)).historyFaultHours).toBe(0);
  const one = '(SELECT key FROM hour ORDER BY key LIMIT 1 OFFSET 3)';
  const first = '(SELECT key FROM hour ORDER BY key LIMIT 1)';
  const swapped = change(
    `UPDATE hour SET body = (SELECT body FROM hour WHERE key = ${first}) WHERE key = ${one}`,
  );
  expect(swapped.historyFaultHours).toBe(1);
  expect(swapped.history).toMatchObject([
    { point: 'box.temp', hour: START + 3 * HOUR, segments: 60, history: 60 },
  ]);
  expect(change(`DELETE FROM hour WHERE key = ${one}`).history).toMatchObject([{ segments: 60, history: 0 }]);
  expect(change(`UPDATE hour SET bad = 1 WHERE key = ${one}`).historyFaultHours).toBe(1);
  expect(change(`UPDATE hour SET body = x'0102' WHERE key = ${one}`).historyFaultHours).toBe(1);
  const moved = `UPDATE hour SET key = key + 4096 * 5 WHERE key = (SELECT max(key) FROM hour WHERE key / 4294967296 = 1) `;
  expect(change(moved).historyFaultHours).toBeGreaterThan(0);
});

test('a reading taken from a segment is a loss that the history gives away', async () => {
  const dir = copyOfLife();
  const db = new DatabaseSync(join(dir, 'segment-00000001.sqlite'));
  db.exec(
    'DELETE FROM entry WHERE seq = (SELECT seq FROM entry WHERE kind = 1 ORDER BY seq LIMIT 1 OFFSET 3)',
  );
  db.close();
  const report = audit(options(dir));
  expect(report.historyFaultHours).toBeGreaterThan(0);
});

test('without a history it says so, and the account stands', async () => {
  const dir = copyOfLife();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `history.sqlite${suffix}`), { force: true });
  const report = audit(options(dir));
  expect(report).toMatchObject({ history: null, unbalancedHours: 0 });
});

test('the command says what it found and ends with 0 or 1', async () => {
  const dir = copyOfLife();
  const sound = new HygateProcess(['audit', dir]);
  expect((await sound.exited).code, sound.output).toBe(0);
  expect(sound.output).toMatch(/expected [\d,]+ = stored [\d,]+ \+ missing 170/);
  expect(sound.output).toContain('The ledger holds.');
  expect(sound.output).toMatch(/readings\/s/);
  const db = new DatabaseSync(join(dir, 'history.sqlite'));
  db.exec('DELETE FROM hour WHERE key = (SELECT min(key) FROM hour)');
  db.close();
  const broken = new HygateProcess(['audit', dir, '--json']);
  expect((await broken.exited).code).toBe(1);
  expect(JSON.parse(broken.output)).toMatchObject({ historyFaultHours: 1, readings: 5330 });
  const nowhere = new HygateProcess(['audit', join(dir, 'none')]);
  expect((await nowhere.exited).code).toBe(1);
  expect(nowhere.output).toContain('there is no journal in');
});

test('windows hold every hour once, in order, and no more than the limit unless one hour alone does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 50 }))),
      fc.integer({ min: 1, max: 200 }),
      (pairs, limit) => {
        const hours = new Map(pairs);
        const windows = windowsOf(hours, limit);
        for (const [hour] of hours)
          expect(windows.filter(({ from, to }) => from <= hour * HOUR && hour * HOUR < to)).toHaveLength(1);
        for (const [i, { from, to }] of windows.entries()) {
          expect(from).toBeGreaterThanOrEqual(windows[i - 1]?.to ?? 0);
          const held = [...hours].filter(([hour]) => hour * HOUR >= from && hour * HOUR < to);
          const readings = held.reduce((sum, [, count]) => sum + count, 0);
          expect(held.length === 1 || readings <= limit).toBe(true);
        }
      },
    ),
  );
});
