import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { good, journalFolder, openJournal, readingsOf, rowsUpToHead } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;
const message = (n: number) => Array.from({ length: 200 }, (_, i) => good(`d.p${i}`, AT + n * 1000, n / 7));

function mountSmallDisk(dir: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return false;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]));
  return true;
}

test('a full disk refuses whole appends and loses none; with space again, the next one is stored', async ({
  skip,
}) => {
  const dir = journalFolder();
  if (!mountSmallDisk(dir)) skip('needs root, to mount a small disk');
  const ballast = join(dir, 'ballast');
  writeFileSync(ballast, Buffer.alloc(2_300_000));
  const journal = await openJournal(dir);
  const acknowledged: number[] = [];
  let refusals = 0;
  for (let n = 0; refusals < 5; n++) {
    try {
      await journal.append(message(n));
      acknowledged.push(n);
    } catch (error) {
      expect(error).toMatchObject({ code: 'journal-unwritable', message: /free space/ });
      refusals += 1;
    }
  }
  expect(acknowledged.length).toBeGreaterThan(10);
  await expect(journal.append(message(0))).resolves.toMatchObject({ repeated: 200 });
  expect(journal.pendingReadings).toBe(0);
  rmSync(ballast);
  const last = 100_000;
  expect(await journal.append(message(last))).toMatchObject({ repeated: 0 });
  acknowledged.push(last);
  const stored = readingsOf(await rowsUpToHead(journal));
  expect(stored).toEqual(acknowledged.flatMap(message));
  await journal.stop();
  const again = await openJournal(dir);
  expect(readingsOf(await rowsUpToHead(again))).toEqual(stored);
  expect(await again.append(message(last))).toMatchObject({ repeated: 200 });
});

test('a start on a full disk fails in words', async ({ skip }) => {
  const dir = journalFolder();
  if (!mountSmallDisk(dir)) skip('needs root, to mount a small disk');
  expect(() => writeFileSync(join(dir, 'ballast'), Buffer.alloc(4_000_000))).toThrow();
  await expect(openJournal(dir)).rejects.toMatchObject({
    code: expect.stringMatching(/^(journal-unwritable|data-dir-unusable)$/),
  });
});

test('beyond the bound of what may wait, appends are refused at once and the others go on', async () => {
  const journal = await openJournal(journalFolder(), { pendingReadings: 500 });
  const results = await Promise.allSettled([0, 1, 2].map((n) => journal.append(message(n))));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  expect(results[2]).toMatchObject({ reason: { code: 'journal-unwritable' } });
  expect(await journal.append(message(2))).toMatchObject({ repeated: 0 });
});

test('what is no reading is refused before it can spoil a batch', async () => {
  const journal = await openJournal(journalFolder());
  for (const wrong of [good('a.t', AT + 0.5, 1), good('a.t', -1, 1), good('a.t', AT, Number.NaN)]) {
    await expect(journal.append([good('a.t', AT, 1), wrong])).rejects.toThrow(RangeError);
  }
  const empty = { ...good('a.t', AT, 1), value: null };
  await expect(journal.append([empty])).rejects.toThrow(RangeError);
  expect(await journal.append([good('a.t', AT, 1)])).toMatchObject({ repeated: 0 });
});

test('when the writing thread dies, what waits is refused, and after its new start appends go on', async () => {
  const dir = journalFolder();
  const restarts: string[] = [];
  let writer: Worker | undefined;
  process.once('worker', (worker) => {
    writer = worker;
  });
  const meter = { count: (name: string) => void restarts.push(name), gauge() {}, time() {} };
  const journal = await openJournal(dir, { meter });
  await journal.append(message(1));
  const following: number[] = [];
  const follower = (async () => {
    for await (const row of journal.follow(0, new AbortController().signal)) following.push(row.seq);
  })();
  const waiting = journal.append(message(2));
  void writer?.terminate();
  await expect(waiting).rejects.toMatchObject({ code: 'journal-unwritable' });
  await vi.waitFor(() => journal.append(message(2)), { timeout: 20_000 });
  expect(restarts).toContain('hygate_thread_restarts_total');
  const stored = readingsOf(await rowsUpToHead(journal));
  expect(stored).toEqual([...message(1), ...message(2)]);
  expect(await journal.history.readings('d.p3', 0, 4e12, 10)).toHaveLength(2);
  await expect.poll(() => following.at(-1)).toBe(journal.head());
  expect(following).toEqual([...new Set(following)].sort((a, b) => a - b));
  await journal.stop();
  await follower;
});
