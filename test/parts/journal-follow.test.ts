import { expect, test } from 'vitest';
import type { Entry, EventTypes } from '#model/journal';
import { silentLog } from '#model/log';
import type { Reading } from '#model/reading';
import { realClock } from '#model/time';
import type { FileJournal } from '../../gateway/journal/journal.ts';
import { JournalReader } from '../../gateway/journal/journal-reader.ts';
import { LiveValues } from '../../gateway/journal/live.ts';
import { good, journalFolder, openJournal, readingsOf } from '../kit/journal-folder.ts';

const AT = 1_763_769_600_000;

/** Follows until the number of readings has come. */
async function collect(rows: AsyncIterable<Entry>, readings: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  let count = 0;
  for await (const entry of rows) {
    entries.push(entry);
    if (entry.kind === 'readings') count += entry.readings.length;
    if (count >= readings) return entries;
  }
  return entries;
}

/** Appends while others follow; resolves with the readings in the order of the acknowledgements. */
async function appendMany(journal: FileJournal, messages: number): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < messages) {
      const n = next++;
      await journal.append([good('a.t', AT + n, n), good(`b.t${n % 50}`, AT + n, n)]);
    }
  };
  await Promise.all(Array.from({ length: 20 }, one));
}

const keyOf = ({ point, at }: Reading) => `${point} ${at}`;

const isComplete = (entries: readonly Entry[], messages: number) => {
  const seqs = entries.map(({ seq }) => seq);
  expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
  expect(new Set(readingsOf(entries).map(keyOf)).size).toBe(messages * 2);
  expect(readingsOf(entries)).toHaveLength(messages * 2);
};

test.each([
  ['from memory', 8 * 2 ** 20],
  ['mostly from disk', 2_000],
])(
  'followers that begin before, during and after the appends all see every row once, in order, %s',
  async (_, ringBytes) => {
    const journal = await openJournal(journalFolder(), { ringBytes, segmentBytes: 60_000 });
    const { signal } = new AbortController();
    const messages = 3_000;
    const followers = [collect(journal.follow(0, signal), messages * 2)];
    const appending = appendMany(journal, messages);
    for (let i = 0; i < 3; i++) {
      await journal.append([good('a.t', AT, 0)]);
      followers.push(collect(journal.follow(0, signal), messages * 2));
    }
    await appending;
    followers.push(collect(journal.follow(0, signal), messages * 2));
    for (const entries of await Promise.all(followers)) isComplete(entries, messages);
  },
);

test('a reader of the files, as another thread uses it, sees the same rows', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir, { segmentBytes: 60_000 });
  const reader = new JournalReader({ dir, clock: realClock, log: silentLog });
  const { signal } = new AbortController();
  const following = collect(reader.follow(0, signal), 4_000);
  await appendMany(journal, 2_000);
  reader.advanced(journal.head());
  const entries = await following;
  isComplete(entries, 2_000);
  expect(entries).toEqual(await collect(journal.follow(0, signal), 4_000));
});

test('a reader of the files that nobody tells of news finds them by itself', async () => {
  const dir = journalFolder();
  const journal = await openJournal(dir);
  const reader = new JournalReader({ dir, clock: realClock, log: silentLog });
  const following = collect(reader.follow(journal.head(), new AbortController().signal), 1);
  await journal.append([good('a.t', AT, 1)]);
  expect(readingsOf(await following)).toEqual([good('a.t', AT, 1)]);
});

test('following ends when it is aborted, and when the journal stops', async () => {
  const journal = await openJournal(journalFolder());
  const ending = new AbortController();
  const aborted = collect(journal.follow(journal.head(), ending.signal), 1);
  const stopped = collect(journal.follow(journal.head(), new AbortController().signal), 1);
  ending.abort();
  expect(await aborted).toEqual([]);
  await journal.stop();
  expect(await stopped).toEqual([]);
});

test('events stand between the readings in their order', async () => {
  const journal = await openJournal(journalFolder());
  const start = journal.head();
  const event = { type: 'alarm-acknowledged', at: AT, by: '李工', data: { alarm: '1' } };
  await journal.append([good('a.t', AT, 1)]);
  const seq = await journal.record(event);
  await journal.append([good('a.t', AT + 1, 2)]);
  const rows = await collect(journal.follow(start, new AbortController().signal), 2);
  expect(rows.map(({ kind }) => kind)).toEqual(['readings', 'event', 'readings']);
  expect(rows[1]).toMatchObject({ seq, event });
  const asked = (types?: EventTypes) => journal.history.events(AT, AT + 1, 9, types);
  expect(await asked()).toEqual([{ ...event, seq }]);
  expect(await asked({ only: ['login', event.type] })).toEqual([{ ...event, seq }]);
  expect(await asked({ but: ['login'] })).toEqual([{ ...event, seq }]);
  expect(await asked({ only: ['login'] })).toEqual([]);
  expect(await asked({ but: [event.type] })).toEqual([]);
});

test('live values begin with what is stored and follow what becomes durable; late readings change nothing', async () => {
  const dir = journalFolder();
  const before = await openJournal(dir);
  await before.append([good('a.t', AT, 1), good('b.t', AT, 5)]);
  await before.stop();
  const journal = await openJournal(dir);
  const live = new LiveValues({ journal, log: silentLog });
  await live.start();
  expect([...live.all()].sort((x, y) => x.point.localeCompare(y.point))).toEqual([
    good('a.t', AT, 1),
    good('b.t', AT, 5),
  ]);
  const told: (readonly Reading[])[] = [];
  const heard = new Promise<void>((resolve) => {
    live.onReadings((readings) => {
      told.push(readings);
      if (readings.some(({ value }) => value === 3)) resolve();
    });
  });
  await journal.append([good('a.t', AT - 1, 9), good('a.t', AT + 1, 2)]);
  await journal.append([good('b.t', AT - 1, 9)]);
  await journal.append([good('a.t', AT + 2, 3)]);
  await heard;
  expect(told).toEqual([[good('a.t', AT + 1, 2)], [good('a.t', AT + 2, 3)]]);
  expect(live.get('a.t')).toEqual(good('a.t', AT + 2, 3));
  await live.stop();
});
