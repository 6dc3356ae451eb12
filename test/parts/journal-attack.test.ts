import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { silentLog } from '#model/log';
import { MINUTE, realClock } from '#model/time';
import { LiveValues } from '../../gateway/journal/live.ts';
import { listSegments, segmentPath } from '../../gateway/journal/segment.ts';
import { asSent, good, journalFolder, openJournal, readingsOf } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;

test('a point that is first seen in a batch that fails before it is read can be stored afterwards', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { segmentBytes: 1 });
  await journal.append([good('a.t', AT, 1)]);
  // The next segment cannot be made, as on a full disk.
  const obstacle = `${segmentPath(dir, (listSegments(dir).at(-1) ?? 0) + 1)}.new/x`;
  mkdirSync(obstacle, { recursive: true });
  await expect(journal.append([good('b.t', AT, 1), good('a.t', AT + 1, 2)])).rejects.toMatchObject({
    code: 'journal-unwritable',
  });
  rmSync(obstacle.slice(0, -2), { recursive: true });
  expect(await journal.append([good('b.t', AT, 1), good('a.t', AT + 1, 2)])).toMatchObject({ repeated: 0 });
});

test('when the reading thread dies, who reads from disk goes on, and questions are answered again', async () => {
  const threads: Worker[] = [];
  const note = (worker: Worker) => void threads.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  const journal = await openJournal(journalFolder(), { ringBytes: 1 });
  for (let n = 0; n < 20; n++) await journal.append([good('a.t', AT + n, n)]);
  await threads[1]?.terminate();
  await expect(journal.history.events(0, AT, 1)).rejects.toMatchObject({ code: 'internal' });
  const followed: number[] = [];
  for await (const row of journal.follow(0, new AbortController().signal)) {
    followed.push(...readingsOf([row]).map(({ at }) => at));
    if (followed.length === 20) break;
  }
  expect(followed).toEqual(Array.from({ length: 20 }, (_, n) => AT + n));
  await expect.poll(() => journal.history.readings('a.t', 0, 4e12, 99)).toHaveLength(20);
});

test('a full disk does not kill the writing thread when it notes that the gateway lives', async ({
  skip,
}) => {
  const dir = journalFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    skip('needs root, to mount a small disk');
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]));
  const counted: string[] = [];
  const meter = {
    count: (name: string, labels = {}) => void counted.push(`${name} ${Object.values(labels)}`),
    gauge() {},
    time() {},
  };
  let skipped = 0;
  const clock = {
    ...realClock,
    wall: () => realClock.wall() + skipped,
    after: (_delay: number, task: () => void) => realClock.after(50, task),
  };
  const journal = await openJournal(dir, { clock, meter });
  await journal.append([good('a.t', AT, 1)]);
  expect(() => writeFileSync(join(dir, 'ballast'), Buffer.alloc(4_000_000))).toThrow();
  skipped = 2 * MINUTE;
  const failed = (name: string) => counted.some((count) => count.startsWith(name));
  await vi.waitFor(() => expect(failed('hygate_journal_errors_total')).toBe(true), { timeout: 20_000 });
  expect(failed('hygate_thread_restarts_total')).toBe(false);
  expect(asSent(await journal.history.readings('a.t', 0, 4e12, 9))).toEqual([good('a.t', AT, 1)]);
});

test('a clock that was set back does not hold the live values until the time that it had shown', async () => {
  let wall = AT + 24 * 60 * MINUTE;
  const journal = await openJournal(journalFolder(), { clock: { ...realClock, wall: () => wall } });
  await journal.append([good('a.t', wall, 1), good('b.t', AT + MINUTE, 1)]);
  const live = new LiveValues({ journal, log: silentLog });
  await live.start();
  onTestFinished(() => live.stop());
  wall = AT;
  await journal.append([good('a.t', AT, 2), good('b.t', AT, 2)]);
  await expect.poll(() => live.get('a.t')?.value).toBe(2);
  expect(live.get('b.t')?.value).toBe(1);
});
