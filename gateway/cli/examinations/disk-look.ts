import { randomUUID } from 'node:crypto';
import { open, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Keep, Site } from '#model/site';
import type { Clock } from '#model/time';
import { bytesPerDay, type DiskFacts } from '../../doctor/disk.ts';
import { levelOf } from '../../space/room.ts';
import type { JournalLook } from './journal-look.ts';

export interface DiskOptions {
  readonly dataDir: string;
  readonly site: Site;
  readonly look: JournalLook;
  readonly clock: Clock;
}

type Written = Pick<DiskFacts, 'unwritable' | 'syncTook'>;

/** The file system of the data folder, and one small write to it that is taken away again. */
export async function lookAtDisk({ dataDir, site, look, clock }: DiskOptions): Promise<DiskFacts> {
  const dir = await nearestExisting(dataDir);
  const { bavail, blocks, bsize, ffree, files } = await statfs(dir);
  const room = { free: bavail * bsize, total: blocks * bsize };
  const { exists, firstAt, newestAt } = look;
  const journalBytes = exists ? await sizeOf(join(dataDir, 'journal')) : 0;
  const age = firstAt === null || newestAt === null ? 0 : newestAt - firstAt;
  return {
    ...{ dir: dataDir, freeBytes: room.free, level: levelOf('ample', room) },
    ...{ freeFiles: ffree, files, journalBytes, bytesPerDay: bytesPerDay(journalBytes, age) },
    keptDays: longest(site),
    // A folder that is not there yet is nothing to write into: its disk is only measured.
    ...(exists ? await tryWriting(dataDir, clock) : { unwritable: null, syncTook: null }),
  };
}

/** The fastest of some: a disk that is only busy for a moment is not slow. */
async function tryWriting(dir: string, clock: Clock): Promise<Written> {
  let best = await tryWrite(dir, clock);
  for (let more = 0; more < 2 && best.syncTook !== null; more++) {
    const { unwritable, syncTook } = await tryWrite(dir, clock);
    best = { unwritable, syncTook: syncTook === null ? null : Math.min(best.syncTook, syncTook) };
  }
  return best;
}

async function tryWrite(dir: string, clock: Clock): Promise<Written> {
  const path = join(dir, `.doctor-${randomUUID()}`);
  const begun = clock.monotonic();
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.write(Buffer.alloc(4096));
      await file.sync();
    } finally {
      await file.close();
    }
    return { unwritable: null, syncTook: clock.monotonic() - begun };
  } catch (error) {
    return { unwritable: (error as NodeJS.ErrnoException).code ?? String(error), syncTook: null };
  } finally {
    await rm(path, { force: true }).catch(() => undefined);
  }
}

async function sizeOf(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  const sizes = await Promise.all(
    // A file that goes away meanwhile takes nothing.
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function nearestExisting(dir: string): Promise<string> {
  const exists = await stat(dir).then(
    () => true,
    () => false,
  );
  return exists || dirname(dir) === dir ? dir : nearestExisting(dirname(dir));
}

/** Of the kinds of areas that the site has. */
function longest({ areas, retention }: Site): number | null {
  const days = areas.map(({ kind }) => daysOf(retention[kind]));
  return days.includes(null) ? null : Math.max(0, ...days.map((count) => count ?? 0));
}

const daysOf = (keep: Keep): number | null =>
  keep === null ? null : 'days' in keep ? keep.days : keep.years * 366;
