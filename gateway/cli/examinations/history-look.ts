import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type PointId, splitPointId } from '#model/point';
import type { EpochMs } from '#model/time';
import { HISTORY_VERSION, historyPath } from '../../journal/history-file.ts';
import { readingOf } from '../../journal/mark.ts';
import { openReadOnly } from '../../journal/read-only.ts';
import { isDamage } from '../../runtime/disk-error.ts';
import type { LastSaid } from './journal-look.ts';

/** What the history knows of each device's newest readings, however long ago they came. */
export interface HistoryLook {
  readonly devices: ReadonlyMap<string, LastSaid>;
  /** When the gateway last began: a device that is not among them has said nothing since then. */
  readonly startedAt: EpochMs | null;
}

const NOTHING: HistoryLook = { devices: new Map(), startedAt: null };

/**
 * One row for each point: read at once, unlike the journal. Nothing where there is no history, or a damaged one, which
 * the gateway makes again and says so. Throws what else SQLite throws.
 */
export function lookAtHistory(dataDir: string): HistoryLook {
  const path = historyPath(join(dataDir, 'journal'));
  if (!existsSync(path)) return NOTHING;
  try {
    return read(path);
  } catch (error) {
    if (isDamage(error)) return NOTHING;
    throw error;
  }
}

function read(path: string): HistoryLook {
  const { db, close } = openReadOnly(path);
  try {
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] !== HISTORY_VERSION) return NOTHING;
    const devices = new Map<string, LastSaid>();
    for (const { id, at, mark } of db.prepare('SELECT id, at, mark FROM point ORDER BY at').iterate()) {
      const device = splitPointId(String(id) as PointId)?.device ?? String(id);
      devices.set(device, after(devices.get(device), Number(at), Number(mark)));
    }
    const start = db.prepare("SELECT max(at) AS at FROM event WHERE type = 'gateway-started'").get();
    return { devices, startedAt: start?.['at'] == null ? null : Number(start['at']) };
  } finally {
    close();
  }
}

/** In order of time, of one device. */
function after(before: LastSaid | undefined, at: EpochMs, mark: number): LastSaid {
  const { quality, reason } = readingOf('', at, 0, mark);
  return quality === 'bad' ? { good: before?.good ?? null, reason } : { good: at, reason: null };
}
