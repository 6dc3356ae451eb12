import type { Journal } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { DAY, MINUTE, realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { msText, type Table } from '../kit/table.ts';
import type { PartOptions } from './part.ts';
import { median } from './sample.ts';

const POINT = 'fridge-1.upper-temp';
const BATCH = 600;
const BUCKETS = 1000;
const REPEATS = 7;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** What the page asks when it shows a year of one point that is read each minute. */
export async function* query({ dir, short }: PartOptions): AsyncGenerator<Table> {
  const length = (short ? 10 : 365) * DAY;
  // Buckets are aligned to the epoch: the span begins with one.
  const to = Math.floor(realClock.wall() / (length / BUCKETS)) * (length / BUCKETS);
  const year = { from: to - length, to };
  const first = await open(dir);
  const begun = performance.now();
  await fill(first, year);
  // What was filled moves to the history file now, as it would have hour by hour.
  await first.stop();
  const filled = performance.now() - begun;
  const journal = await open(dir);
  try {
    yield await queryTable(journal, year, filled);
  } finally {
    await journal.stop();
  }
}

async function open(dir: string): Promise<FileJournal> {
  const journal = new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter });
  await journal.start();
  return journal;
}

async function fill(journal: Journal, { from, to }: Span): Promise<void> {
  for (let at = from; at < to; at += BATCH * MINUTE) {
    const length = Math.min(BATCH, (to - at) / MINUTE);
    await journal.append(Array.from({ length }, (_, index) => readingAt(at + index * MINUTE)));
  }
}

/** A fridge that swings between 3 and 7 degrees and shows tenths. */
function readingAt(at: number): Reading {
  const swing = 2 * Math.sin(at / (20 * MINUTE)) + Math.random() * 0.4;
  return { point: POINT, at, value: Math.round((5 + swing) * 10) / 10, quality: 'good', reason: null };
}

async function queryTable(journal: Journal, { from, to }: Span, filled: number): Promise<Table> {
  const { history } = journal;
  const questions: Readonly<Record<string, () => Promise<readonly unknown[]>>> = {
    [`${BUCKETS} buckets`]: () => history.buckets(POINT, from, to, (to - from) / BUCKETS),
    'a bucket a day': () => history.buckets(POINT, from, to, DAY),
    'the last day, every reading': () => history.readings(POINT, to - DAY, to, 10_000),
    'its gaps': () => history.gaps(POINT, from, to, MINUTE),
  };
  const rows = [];
  for (const [what, ask] of Object.entries(questions)) {
    const [first = Number.NaN, ...rest] = await times(ask);
    rows.push([what, (await ask()).length, msText(first), msText(median(rest))]);
  }
  const readings = (to - from) / MINUTE;
  return {
    title: `Page query: ${readings.toLocaleString('en-US')} readings of one point, one a minute`,
    head: ['asked', 'answers', 'first time', `median of ${REPEATS - 1} more`],
    rows,
    notes: [`Filled in ${msText(filled)}. Target for ${BUCKETS} buckets of a year: 100 ms.`],
  };
}

async function times(ask: () => Promise<unknown>): Promise<number[]> {
  const taken: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const begun = performance.now();
    await ask();
    taken.push(performance.now() - begun);
  }
  return taken;
}
