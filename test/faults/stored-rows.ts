import { cpSync, rmSync } from 'node:fs';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import { realClock } from '#model/time';
import { HistoryReader } from '../../gateway/journal/history-reader.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { until } from '../kit/until.ts';

/** 2025-11-22T00:00:00Z */
const AT = 1_763_769_600_000;
const POINTS = 4;

/** What was acknowledged: each value says which reading it is. */
export interface StoredRows {
  /** By the row in which it was acknowledged. */
  readonly bySeq: ReadonlyMap<number, readonly Reading[]>;
  readonly readings: number;
}

const readingsOf = (n: number): Reading[] =>
  Array.from({ length: POINTS }, (_, index) => ({
    ...{ point: `d-${index}.t`, at: AT + n * 10_000 },
    ...{ value: n * POINTS + index, quality: 'good', reason: null },
  }));

const options = (dir: string) => ({
  dir,
  clock: realClock,
  log: silentLog,
  meter: silentMeter,
  siteId: 'trial',
});

/** A journal that was killed while it ran lies in `dir` then: finished segments, some sealed, an open one and its log. */
export async function storeRows(dir: string, rows: number): Promise<StoredRows> {
  const journal = new FileJournal({ ...options(`${dir}-live`), segmentBytes: 30_000 });
  await journal.start();
  const bySeq = new Map<number, readonly Reading[]>();
  for (let n = 0; n < rows; n++) {
    const readings = readingsOf(n);
    bySeq.set((await journal.append(readings)).seq, readings);
  }
  await until('two segments are sealed', async () => {
    const events = await journal.history.events(0, 4e12, 1000);
    return events.filter(({ type }) => type === 'segment-sealed').length >= 2;
  });
  cpSync(`${dir}-live`, dir, { recursive: true });
  await journal.stop();
  rmSync(`${dir}-live`, { recursive: true });
  return { bySeq, readings: rows * POINTS };
}

/** What the journal gives back after the fault. */
export interface Served {
  /** Readings by the row in which a follower found them. */
  readonly followed: ReadonlyMap<number, readonly Reading[]>;
  /** What the history answers for all points. */
  readonly asked: readonly Reading[];
  /** Questions that the history refused before it answered. */
  readonly refused: number;
  /** Rows that were told of as damaged. */
  readonly damaged: ReadonlySet<number>;
  readonly startMs: number;
}

/** Starts the journal on the folder, reads all of it both ways, and stops it: then all that it found is told of. */
export async function serve(dir: string): Promise<Served> {
  const served = await readBothWays(dir);
  return { ...served, damaged: damagedRows(dir) };
}

async function readBothWays(dir: string): Promise<Omit<Served, 'damaged'>> {
  const began = performance.now();
  const journal = new FileJournal(options(dir));
  await journal.start();
  await journal.append([{ point: 'new.t', at: AT, value: 1, quality: 'good', reason: null }]);
  const startMs = performance.now() - began;
  try {
    const followed = await follow(journal);
    let refused = 0;
    const asked = await until('the history answers', async () => {
      try {
        return await askAll(journal);
      } catch {
        refused += 1;
        return undefined;
      }
    });
    return { followed, asked, refused, startMs };
  } finally {
    await journal.stop();
  }
}

async function follow(journal: FileJournal): Promise<Map<number, readonly Reading[]>> {
  const followed = new Map<number, readonly Reading[]>();
  const head = journal.head();
  for await (const row of journal.follow(0, new AbortController().signal)) {
    if (row.kind === 'readings') followed.set(row.seq, row.readings);
    if (row.seq >= head) break;
  }
  return followed;
}

async function askAll(journal: FileJournal): Promise<Reading[]> {
  const points = Array.from({ length: POINTS }, (_, index) => `d-${index}.t`);
  return (await Promise.all(points.map((point) => journal.history.readings(point, 0, 4e12, 1e6)))).flat();
}

function damagedRows(dir: string): Set<number> {
  const history = new HistoryReader(dir);
  const events = history.events({ from: 0, to: 4e12, limit: 10_000, types: { only: ['rows-damaged'] } });
  history.close();
  const rows = new Set<number>();
  for (const { data } of events) {
    for (let seq = Number(data['from']); seq <= Number(data['to']); seq++) rows.add(seq);
  }
  return rows;
}

/** Values that are not what was acknowledged, and readings that are neither served nor in a row that was told of. */
export function judge({ bySeq }: StoredRows, served: Served): { wrong: number; lost: number } {
  const truth = new Map(
    [...bySeq.values()].flat().map((reading) => [`${reading.point} ${reading.at}`, reading.value]),
  );
  const isWrong = ({ point, at, value }: Reading) =>
    point !== 'new.t' && truth.get(`${point} ${at}`) !== value;
  const asked = new Set(served.asked.map(({ point, at }) => `${point} ${at}`));
  let [wrong, lost] = [served.asked.filter(isWrong).length, 0];
  wrong += [...served.followed.values()].flat().filter(isWrong).length;
  for (const [seq, readings] of bySeq) {
    const isFollowed = served.followed.has(seq) || served.damaged.has(seq);
    const missing = readings.filter(({ point, at }) => !asked.has(`${point} ${at}`)).length;
    if (!isFollowed) lost += readings.length;
    else if (!served.damaged.has(seq)) lost += missing;
  }
  return { wrong, lost };
}
