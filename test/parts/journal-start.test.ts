import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { HISTORY_VERSION } from '../../gateway/journal/history-file.ts';
import { JournalWriter } from '../../gateway/journal/journal-writer.ts';
import { FORMAT_VERSION } from '../../gateway/journal/segment.ts';
import { asSent, good, journalFolder, openJournal, readingsOf, rowsUpToHead } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;

const prints = (dir: string) =>
  readdirSync(dir).map((name) => [
    name,
    createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex'),
  ]);

function spoilLastRow(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('UPDATE entry SET body = zeroblob(9) WHERE seq = (SELECT max(seq) FROM entry)');
  db.close();
}

const damage = (path: string) => {
  writeFileSync(path, Buffer.alloc(50_000, 'x'));
  for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true });
};

test('a second journal on the same folder is refused, and the first is undisturbed', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir);
  await expect(openJournal(dir)).rejects.toMatchObject({ code: 'data-dir-in-use' });
  expect(await first.append([good('a.t', AT, 1)])).toMatchObject({ repeated: 0 });
  await first.stop();
  const second = await openJournal(dir);
  expect(readingsOf(await rowsUpToHead(second))).toEqual([good('a.t', AT, 1)]);
});

test.each(['segment-00000001.sqlite', 'history.sqlite'])(
  'a %s of a newer version is refused and nothing is touched',
  async (file) => {
    const dir = journalFolder();
    await (await openJournal(dir)).stop();
    rmSync(join(dir, 'lock'));
    const db = new DatabaseSync(join(dir, file));
    db.exec(`PRAGMA user_version = ${1 + Math.max(FORMAT_VERSION, HISTORY_VERSION)}`);
    db.close();
    const before = prints(dir);
    await expect(openJournal(dir)).rejects.toMatchObject({ code: 'journal-newer' });
    expect(prints(dir)).toEqual(before);
  },
);

test('a folder that cannot be made or used is refused in words', async () => {
  const dir = journalFolder();
  writeFileSync(join(dir, 'file'), '');
  const refused = openJournal(join(dir, 'file', 'journal'));
  await expect(refused).rejects.toMatchObject({
    code: 'data-dir-unusable',
    message: /cannot be used .*rights/,
  });
});

test.each([1, 2])('a kill while segment %i was sealed is rolled back, and every row is there', async (no) => {
  const dir = journalFolder();
  const first = await openJournal(dir, { segmentBytes: 20_000 });
  const sent = Array.from({ length: 1500 }, (_, n) => good('d.p', AT + n * 1000, n));
  for (let i = 0; i < sent.length; i += 50) await first.append(sent.slice(i, i + 50));
  await first.stop();
  const path = join(dir, `segment-0000000${no}.sqlite`);
  const child = new URL('../kit/journal-half-written.child.ts', import.meta.url).pathname;
  expect(spawnSync(process.execPath, [child, path]).signal).toBe('SIGKILL');
  expect(existsSync(`${path}-journal`)).toBe(true);
  rmSync(join(dir, 'history.sqlite'));
  const second = await openJournal(dir);
  expect(asSent(await second.history.readings('d.p', 0, 4e12, 1e6))).toEqual(sent);
  expect(asSent(readingsOf(await rowsUpToHead(second)))).toEqual(sent);
  expect(existsSync(`${path}-journal`)).toBe(false);
});

test('a start that dies while it reads its rows leaves none of them out of the history', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir, { segmentBytes: 20_000 });
  const sent = Array.from({ length: 6000 }, (_, n) => good('d.p', AT + n * 1000, n));
  for (let i = 0; i < sent.length; i += 50) await first.append(sent.slice(i, i + 50));
  await first.stop();
  rmSync(join(dir, 'history.sqlite'));
  // On its way it meets a bad row, and telling of it is its end; by then it has written to the history many times.
  const path = join(dir, 'segment-00000002.sqlite');
  const whole = readFileSync(path);
  spoilLastRow(path);
  const die = () => {
    throw new Error('killed');
  };
  const options = {
    ...{ dir, segmentBytes: 20_000, openReadings: 60, now: AT, site: 'test', retention: null, consumers: [] },
    ...{ identity: { boot: null, run: 'dying' }, tell: die, log: silentLog, meter: silentMeter },
  };
  expect(() => new JournalWriter(options)).toThrow('killed');
  writeFileSync(path, whole);
  const second = await openJournal(dir);
  expect(asSent(await second.history.readings('d.p', 0, 4e12, 1e6))).toEqual(sent);
  expect(await second.append(sent.slice(-100))).toMatchObject({ repeated: 100 });
});

test('without its history file a journal rebuilds it from the segments', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir, { segmentBytes: 20_000 });
  for (let i = 0; i < 60; i++) {
    await first.append(Array.from({ length: 50 }, (_, n) => good(`d.p${n}`, AT + i * 600_000, i + n)));
  }
  const before = await first.history.readings('d.p7', 0, 4e12, 1e6);
  const buckets = await first.history.buckets('d.p7', 0, 4e12, 7_200_000);
  await first.stop();
  expect(readdirSync(dir).filter((name) => name.startsWith('segment')).length).toBeGreaterThan(1);
  rmSync(join(dir, 'history.sqlite'));
  const second = await openJournal(dir);
  expect(before).toHaveLength(60);
  expect(await second.history.readings('d.p7', 0, 4e12, 1e6)).toEqual(before);
  expect(await second.history.buckets('d.p7', 0, 4e12, 7_200_000)).toEqual(buckets);
  expect(await second.append([good('d.p7', AT, 99)])).toMatchObject({ repeated: 1 });
});

test('a damaged history file is set aside and rebuilt', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir);
  await first.append([good('a.t', AT, 1)]);
  await first.stop();
  damage(join(dir, 'history.sqlite'));
  const second = await openJournal(dir);
  expect(asSent(await second.history.readings('a.t', 0, 4e12, 10))).toEqual([good('a.t', AT, 1)]);
  expect(existsSync(join(dir, 'history.sqlite.damaged'))).toBe(true);
});

test('a damaged newest segment is set aside, said, and no seq comes twice', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir, { segmentBytes: 5_000 });
  for (let i = 0; i < 20; i++) await first.append([good('a.t', AT + i, i), good('b.t', AT + i, i)]);
  const head = first.head();
  await first.stop();
  const newest =
    readdirSync(dir)
      .filter((name) => /^segment.*sqlite$/.test(name))
      .sort()
      .at(-1) ?? '';
  damage(join(dir, newest));
  const counted: string[] = [];
  const meter = { count: (name: string) => void counted.push(name), gauge() {}, time() {} };
  const second = await openJournal(dir, { meter });
  expect(existsSync(join(dir, `${newest}.damaged`))).toBe(true);
  const { seq } = await second.append([good('a.t', AT + 1000, 7)]);
  expect(seq).toBeGreaterThan(head);
  const events = await second.history.events(0, 4e12, 100);
  expect(events.map(({ type }) => type)).toContain('journal-segment-set-aside');
  // What the history holds is not lost with the segment.
  expect(await second.history.readings('a.t', 0, 4e12, 100)).toHaveLength(21);
  const rows = await rowsUpToHead(second);
  expect(rows.at(-1)?.seq).toBe(seq);
  await second.stop();
  expect(counted).toContain('hygate_journal_errors_total');
});

test('a damaged segment in the middle is passed over by readers', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir, { segmentBytes: 5_000, ringBytes: 1 });
  for (let i = 0; i < 60; i++) await first.append([good('a.t', AT + i, i), good('b.t', AT + i, i)]);
  await first.stop();
  const names = readdirSync(dir)
    .filter((name) => /^segment.*sqlite$/.test(name))
    .sort();
  expect(names.length).toBeGreaterThan(3);
  damage(join(dir, names[1] ?? ''));
  const second = await openJournal(dir);
  // It goes on by itself: what was finished is sealed, and that is noted.
  const head = second.head();
  const seqs = (await rowsUpToHead(second)).map(({ seq }) => seq);
  expect(seqs.at(0)).toBe(1);
  expect(seqs.at(-1)).toBeGreaterThanOrEqual(head);
  expect(new Set(seqs).size).toBe(seqs.length);
});

test('lost segments do not make the journal count from 1 again', async () => {
  const dir = journalFolder();
  const first = await openJournal(dir);
  for (let i = 0; i < 20; i++) await first.append([good('a.t', AT + i, i)]);
  const head = first.head();
  await first.stop();
  rmSync(join(dir, 'segment-00000001.sqlite'));
  const second = await openJournal(dir);
  expect((await second.append([good('a.t', AT + 100, 1)])).seq).toBeGreaterThan(head);
  expect(await second.append([good('a.t', AT, 1)])).toMatchObject({ repeated: 1 });
});

test('a new calendar month begins a new segment, chained to the one before', async () => {
  const dir = journalFolder();
  const { realClock } = await import('#model/time');
  let now = Date.UTC(2025, 10, 30, 23, 59, 0);
  const journal = await openJournal(dir, { clock: { ...realClock, wall: () => now } });
  await journal.append([good('a.t', now, 1)]);
  now = Date.UTC(2025, 11, 1, 0, 0, 1);
  const { seq } = await journal.append([good('a.t', now, 2)]);
  await journal.stop();
  const [old, fresh] = ['segment-00000001', 'segment-00000002'].map(
    (name) => new DatabaseSync(join(dir, `${name}.sqlite`), { readOnly: true }),
  );
  const last = old?.prepare('SELECT hash FROM entry ORDER BY seq DESC').get()?.['hash'];
  const meta = fresh?.prepare("SELECT value FROM meta WHERE key = 'previous-hash'").get()?.['value'];
  expect(meta).toEqual(last);
  expect(fresh?.prepare('SELECT min(seq) AS first FROM entry').get()?.['first']).toBe(seq);
  old?.close();
  fresh?.close();
});
