import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import { HOUR } from '#model/time';
import { good, journalFolder, openJournal } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;
/** Three hours of a point, stopped: all of them in the history file. */
async function stopped(dir: string): Promise<void> {
  const journal = await openJournal(dir);
  for (let n = 0; n < 180; n++)
    await journal.append([good('a.t', AT + n * 60_000, n), good('b.t', AT + n * 60_000, -n)]);
  await journal.stop();
}

const inHistory = (dir: string, sql: string): void => {
  const db = new DatabaseSync(join(dir, 'history.sqlite'));
  db.exec(sql);
  db.close();
};

const second = (column: string) => `(SELECT ${column} FROM hour ORDER BY key LIMIT 1 OFFSET 1)`;
const DAMAGES = {
  'a byte of its readings': `UPDATE hour SET body = substr(body, 1, 9) || x'07' || substr(body, 11) WHERE key = ${second('key')}`,
  'its mean': `UPDATE hour SET mean = mean + 1 WHERE key = ${second('key')}`,
  'its count': `UPDATE hour SET count = count - 1 WHERE key = ${second('key')}`,
};

test.each(Object.entries(DAMAGES))(
  'an hour of the history with %s changed is refused, never answered, and made again',
  async (_what, sql) => {
    const dir = journalFolder();
    await stopped(dir);
    inHistory(dir, sql);
    const journal = await openJournal(dir);
    const ask = async () => {
      await journal.history.readings('a.t', AT, AT + 3 * HOUR, 1000);
      return journal.history.buckets('a.t', AT, AT + 3 * HOUR, HOUR);
    };
    await expect(ask()).rejects.toMatchObject({ code: 'history-damaged' });
    await vi.waitFor(ask, { timeout: 20_000 });
    expect((await ask()).map(({ count, mean }) => [count, mean])).toEqual(
      [29.5, 89.5, 149.5].map((mean) => [60, mean]),
    );
    const readings = await journal.history.readings('a.t', AT, AT + 3 * HOUR, 1000);
    expect(readings.map(({ value }) => value)).toEqual(Array.from({ length: 180 }, (_, n) => n));
  },
);

test('the check for repeats makes a damaged hour again at once', async () => {
  const dir = journalFolder();
  await stopped(dir);
  inHistory(dir, DAMAGES['a byte of its readings']);
  const journal = await openJournal(dir);
  expect(await journal.append([good('a.t', AT + 61 * 60_000, 61)])).toMatchObject({ repeated: 1 });
  expect(await journal.append([good('a.t', AT + 61 * 60_000 + 1, 7)])).toMatchObject({ repeated: 0 });
  expect(await journal.history.readings('a.t', AT + HOUR, AT + 2 * HOUR, 1000)).toHaveLength(61);
});

test('a point whose name was changed in the history makes the next start build it again', async () => {
  const dir = journalFolder();
  await stopped(dir);
  inHistory(dir, "UPDATE point SET id = 'c.t' WHERE id = 'a.t'");
  const journal = await openJournal(dir);
  expect(await journal.history.readings('a.t', 0, 4e12, 1000)).toHaveLength(180);
  expect(await journal.history.readings('c.t', 0, 4e12, 1000)).toEqual([]);
});

test('pages of the history that cannot be read are an error that says so, and the next start builds it again', async () => {
  const dir = journalFolder();
  await stopped(dir);
  const path = join(dir, 'history.sqlite');
  const first = await openJournal(dir);
  await first.history.readings('b.t', 0, 4e12, 1000);
  await first.stop();
  const db = new DatabaseSync(path);
  const root = Number(
    db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'hour'").get()?.['rootpage'],
  );
  const size = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0, (root - 1) * size, root * size));
  const second = await openJournal(dir);
  await expect(second.history.readings('a.t', 0, 4e12, 1000)).rejects.toMatchObject({
    code: 'history-damaged',
  });
  await second.stop();
  const third = await openJournal(dir);
  expect(await third.history.readings('a.t', 0, 4e12, 1000)).toHaveLength(180);
});
