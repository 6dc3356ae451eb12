import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Gap } from '#model/journal';
import { writePoints } from '#model/points-event';
import { HOUR, MINUTE, realClock } from '#model/time';
import type { FileJournal } from '../../gateway/journal/journal.ts';
import { good, journalFolder, openJournal } from '../kit/journal-folder.ts';

const START = Date.UTC(2025, 10, 22, 8, 0, 0);

/** A clock that the test moves, and a device that is read by it. */
function stage() {
  let now = START;
  return {
    clock: { ...realClock, wall: () => now },
    at: (minutes: number) => {
      now = START + minutes * MINUTE;
    },
    poll: async (journal: FileJournal, point: string, count: number) => {
      for (let i = 0; i < count; i++) {
        await journal.append([good(point, now, 1)]);
        now += MINUTE;
      }
    },
    configure: (journal: FileJournal, ...points: readonly (readonly [string, number])[]) =>
      journal.record({ type: 'points-configured', at: now, by: null, data: writePoints(points) }),
  };
}

const brief = (gaps: readonly Gap[]) =>
  gaps.map(({ cause, missing, from, to }) => [
    cause,
    missing,
    (from - START) / MINUTE,
    (to - START) / MINUTE,
  ]);

const during = { from: START, to: START + HOUR };

test.each([
  ['the program died', 'boot-1', 'gateway-died'],
  ['the power was cut', 'boot-2', 'power-lost'],
] as const)(
  '%s: until the next start it is that, and silence after it is the device’s',
  async (_, boot, cause) => {
    const [dir, copy] = [journalFolder(), journalFolder()];
    const { clock, at, poll } = stage();
    const first = await openJournal(dir, { clock, boot: 'boot-1' });
    await poll(first, 'a.t', 10);
    // As the files lie at that instant: nothing was closed.
    cpSync(dir, join(copy, 'cut'), { recursive: true });
    at(30);
    const second = await openJournal(join(copy, 'cut'), { clock, boot });
    await poll(second, 'a.t', 5);
    await poll(second, 'b.t', 4);
    await poll(second, 'a.t', 1);
    expect(brief(await second.history.gaps('a.t', during.from, during.to, MINUTE))).toEqual([
      [cause, 20, 10, 30],
      ['silent', 4, 35, 39],
    ]);
    expect(brief(await second.history.gaps('b.t', during.from, START + 40 * MINUTE, MINUTE))).toEqual([
      ['not-configured', 0, 0, 35],
      ['silent', 1, 39, 40],
    ]);
  },
);

test('a stop in order is told as such, and a stop that was short leaves nothing', async () => {
  const dir = journalFolder();
  const { clock, at, poll } = stage();
  const first = await openJournal(dir, { clock });
  await poll(first, 'a.t', 10);
  await first.stop();
  const second = await openJournal(dir, { clock });
  await poll(second, 'a.t', 10);
  await second.stop();
  at(40);
  const third = await openJournal(dir, { clock });
  await poll(third, 'a.t', 20);
  expect(brief(await third.history.gaps('a.t', during.from, during.to, MINUTE))).toEqual([
    ['gateway-stopped', 20, 20, 40],
  ]);
});

test('the account is the same from open hours, from the file, and from a history made anew', async () => {
  const dir = journalFolder();
  const { clock, at, poll, configure } = stage();
  const journal = await openJournal(dir, { clock });
  await configure(journal, ['a.t', MINUTE], ['b.t', MINUTE]);
  await poll(journal, 'a.t', 25);
  const outage = { cause: 'device-offline', device: 'a', from: clock.wall(), to: START + 90 * MINUTE };
  await journal.record({ type: 'outage', at: clock.wall(), by: null, data: outage });
  at(80);
  await poll(journal, 'a.t', 100);
  const ask = (one: FileJournal) => one.history.ledger('a.t', START, START + 3 * HOUR, MINUTE);
  const open = await ask(journal);
  expect(open.hours).toEqual([
    { from: START, expected: 60, stored: 25, bad: 0, extra: 0, missing: { 'device-offline': 35 } },
    { from: START + HOUR, expected: 60, stored: 40, bad: 0, extra: 0, missing: { 'device-offline': 20 } },
    { from: START + 2 * HOUR, expected: 60, stored: 60, bad: 0, extra: 0, missing: {} },
  ]);
  expect(open.unbalanced).toEqual([]);
  await journal.stop();
  const again = await openJournal(dir, { clock });
  expect(await ask(again)).toEqual(open);
  await again.stop();
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `history.sqlite${suffix}`), { force: true });
  expect(await ask(await openJournal(dir, { clock }))).toEqual(open);
});

test('what a logger kept and sends hours later closes its gap', async () => {
  const dir = journalFolder();
  const { clock, at, poll } = stage();
  const journal = await openJournal(dir, { clock });
  await poll(journal, 'a.t', 10);
  at(60);
  await poll(journal, 'a.t', 60);
  const gaps = () => journal.history.gaps('a.t', START, START + 2 * HOUR, MINUTE);
  expect(brief(await gaps())).toEqual([['silent', 50, 10, 60]]);
  const kept = Array.from({ length: 50 }, (__, n) => good('a.t', START + (10 + n) * MINUTE, n));
  await journal.append(kept.slice(0, 20));
  expect(brief(await gaps())).toEqual([['silent', 30, 30, 60]]);
  await journal.append(kept.slice(20));
  expect(await gaps()).toEqual([]);
});

test('what is asked of an hour does not depend on how much is asked', async () => {
  const dir = journalFolder();
  const { clock, at, poll, configure } = stage();
  const journal = await openJournal(dir, { clock });
  await configure(journal, ['a.t', MINUTE]);
  for (let start = 0; start < 600; start += 37) {
    at(start + (start % 7) / 10);
    await poll(journal, 'a.t', 30);
  }
  const day = await journal.history.ledger('a.t', START, START + 10 * HOUR, MINUTE);
  for (const row of day.hours) {
    const { hours } = await journal.history.ledger('a.t', row.from, row.from + HOUR, MINUTE);
    expect(hours).toEqual([row]);
  }
});
