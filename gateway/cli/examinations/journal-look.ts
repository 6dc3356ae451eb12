import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Consumer } from '#model/consumer';
import { HygateError } from '#model/errors';
import { silentLog } from '#model/log';
import { splitPointId } from '#model/point';
import type { EpochMs } from '#model/time';
import type { FollowerFacts } from '../../doctor/backlog.ts';
import { Cursor } from '../../journal/cursor.ts';
import { refuseNewerData } from '../../journal/data-version.ts';
import { openReadOnly } from '../../journal/read-only.ts';
import { scanJournal } from '../../journal/scan.ts';
import { listSegments, refuseNewer, segmentPath } from '../../journal/segment.ts';
import { SegmentTail } from '../../journal/segment-tail.ts';

/** Minutes to hours of rows, read in less than a second. */
const NEWEST_ROWS = 5_000;

/** What a device said last, of the rows looked at. */
export interface LastSaid {
  readonly good: EpochMs | null;
  /** Why its newest reading is none; null when it is good. */
  readonly reason: string | null;
}

/** What a data folder tells whoever only reads it. */
export interface JournalLook {
  readonly exists: boolean;
  readonly mode: number;
  readonly locked: boolean;
  readonly newer: string | null;
  readonly rows: number;
  /** When the first and the newest row were written; null without a row. */
  readonly firstAt: EpochMs | null;
  readonly newestAt: EpochMs | null;
  /** When the first of the rows that were looked through was written. */
  readonly lookedFrom: EpochMs | null;
  readonly devices: ReadonlyMap<string, LastSaid>;
  readonly followers: readonly FollowerFacts[];
}

const NOTHING: JournalLook = {
  ...{ exists: false, mode: 0, locked: false, newer: null, rows: 0 },
  ...{ firstAt: null, newestAt: null, lookedFrom: null, devices: new Map(), followers: [] },
};

/** `consumers` are those of the site. Throws what the system says when the folder may not be read. */
export function lookAtJournal(dataDir: string, now: EpochMs, consumers: readonly Consumer[]): JournalLook {
  if (!existsSync(dataDir)) return NOTHING;
  const dir = join(dataDir, 'journal');
  const found = { ...NOTHING, exists: true, mode: statSync(dataDir).mode, locked: isLocked(dir) };
  const newer = newerOf(dataDir, dir);
  if (newer !== null || !existsSync(dir) || listSegments(dir).length === 0) return { ...found, newer };
  const tail = new SegmentTail(dir, silentLog);
  const rows = tail.head();
  tail.close();
  const firstAt = arrivedAfter(dir, 0);
  const followers = consumers.map((consumer) => followerOf(dir, consumer, { head: rows, now }));
  return { ...found, rows, firstAt, ...newest(dir, rows), followers };
}

/** The lock of a running gateway: whoever only wants to read meets it. */
function isLocked(dir: string): boolean {
  const path = join(dir, 'lock');
  if (!existsSync(path)) return false;
  const db = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    db.exec('PRAGMA schema_version');
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}

function newerOf(dataDir: string, dir: string): string | null {
  try {
    refuseNewerData(dataDir);
    if (existsSync(dir)) for (const no of listSegments(dir)) refuseNewer(segmentPath(dir, no));
    return null;
  } catch (error) {
    if (error instanceof HygateError) return error.message;
    throw error;
  }
}

function newest(dir: string, head: number): Pick<JournalLook, 'newestAt' | 'lookedFrom' | 'devices'> {
  const devices = new Map<string, LastSaid>();
  let [lookedFrom, newestAt]: (EpochMs | null)[] = [null, null];
  for (const entry of scanJournal(dir, Math.max(0, head - NEWEST_ROWS), silentLog)) {
    lookedFrom ??= entry.arrived;
    newestAt = entry.arrived;
    if (entry.kind === 'event') continue;
    for (const { point, at, quality, reason } of entry.readings) {
      const device = splitPointId(point)?.device ?? point;
      const good = devices.get(device)?.good ?? null;
      const isGood = quality !== 'bad';
      devices.set(device, {
        good: isGood ? Math.max(at, good ?? at) : good,
        reason: isGood ? null : reason,
      });
    }
  }
  return { lookedFrom: lookedFrom ?? null, newestAt: newestAt ?? null, devices };
}

function followerOf(
  dir: string,
  consumer: Consumer,
  { head, now }: { readonly head: number; readonly now: EpochMs },
): FollowerFacts {
  const seq = new Cursor(dir, consumer, silentLog).get();
  const arrived = seq < head ? arrivedAfter(dir, seq) : null;
  return {
    name: consumer,
    behindRows: Math.max(0, head - seq),
    waits: arrived === null ? 0 : Math.max(0, now - arrived),
  };
}

/** When the first row after `seq` was written; null when there is none. */
function arrivedAfter(dir: string, seq: number): EpochMs | null {
  for (const no of listSegments(dir)) {
    const { db, close } = openReadOnly(segmentPath(dir, no));
    try {
      const row = db.prepare('SELECT arrived FROM entry WHERE seq > ? ORDER BY seq LIMIT 1').get(seq);
      if (row !== undefined) return Number(row['arrived']);
    } finally {
      close();
    }
  }
  return null;
}
