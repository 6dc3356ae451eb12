import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import { DAY, type EpochMs, realClock } from '#model/time';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { readRoots, rootsPath } from '../../gateway/journal/root-signer.ts';
import { listSegments } from '../../gateway/journal/segment.ts';
import { good } from './journal-folder.ts';
import { until } from './until.ts';

/** 2025-11-22T00:00:00Z */
const AT = 1_763_769_600_000;
const POINTS = 8;

/** A journal as a running gateway leaves it at a kill: several sealed segments, an open one with its log, signed roots. */
export interface SealedJournal {
  readonly dir: string;
  remove(): void;
}

export interface SealedJournalOptions {
  readonly appends?: number;
  readonly segmentBytes?: number;
}

export async function sealedJournal({
  appends = 400,
  segmentBytes = 15_000,
}: SealedJournalOptions = {}): Promise<SealedJournal> {
  const parent = mkdtempSync(join(tmpdir(), 'hygate-sealed-'));
  const [live, dir] = [join(parent, 'live'), join(parent, 'left')];
  let wall: EpochMs = AT;
  const clock = {
    ...realClock,
    wall: () => wall,
    // The journal's own tick, by which what a reader held open is sealed after all.
    after: (delay: number, task: () => void) => realClock.after(delay === 10_000 ? 50 : delay, task),
  };
  const options = { dir: live, clock, log: silentLog, meter: silentMeter, segmentBytes, siteId: 'test' };
  const journal = new FileJournal(options);
  await journal.start();
  for (let n = 0; n < appends; n++) {
    wall += DAY / 200;
    const points = Array.from(
      { length: n % 100 === 0 ? POINTS : (n % POINTS) + 1 },
      (_, index) => `d-${index}.t`,
    );
    await journal.append(points.map((point, index) => good(point, wall, n + index / 10)));
  }
  const sealed = async () =>
    (await journal.history.events(0, 4e12, 1e6)).filter(({ type }) => type === 'segment-sealed');
  // All of them: nothing is to be moved about while the folder is copied.
  await until('the finished segments are sealed', async () => {
    const count = (await sealed()).length;
    return count >= 3 && count === listSegments(live).length - 1;
  });
  // The open segment is signed too, near its end: without that, nobody could miss what is cut off it.
  wall += DAY;
  await journal.append([good('d-0.t', wall, 0)]);
  await until('the open segment is signed', () => (readRoots(rootsPath(live)).at(-1)?.at ?? 0) >= wall);
  // What comes now stays in the log beside the open segment.
  for (let n = 0; n < 10; n++) {
    wall += 1000;
    await journal.append([good('d-0.t', wall, n)]);
  }
  cpSync(live, dir, { recursive: true });
  await journal.stop();
  return { dir, remove: () => rmSync(parent, { recursive: true, force: true }) };
}
