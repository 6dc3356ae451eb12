import { mkdirSync, rmSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test, vi } from 'vitest';
import { segmentPath } from '../../gateway/journal/segment.ts';
import { good, journalFolder, openJournal, readingsOf } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;

test('a point that is first seen in a batch that fails before it is read can be stored afterwards', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { segmentBytes: 1 });
  await journal.append([good('a.t', AT, 1)]);
  // The next segment cannot be made, as on a full disk.
  const obstacle = `${segmentPath(dir, journal.head() + 1)}.new/x`;
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
  await vi.waitFor(async () => expect(await journal.history.readings('a.t', 0, 4e12, 99)).toHaveLength(20));
});
