import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { ENVIRONMENT } from '../../gateway/cli/bootstrap.mjs';
import { DiskFaults } from '../kit/disk-faults.ts';
import { journalFolder, openJournal, readingsOf, rowsUpToHead } from '../kit/journal-folder.ts';
import { messageReadings } from '../kit/journal-message.ts';

const CHILD = fileURLToPath(new URL('../kit/journal-orders.child.ts', import.meta.url));
/** What a disk writes as a whole. */
const SECTOR = 512;

interface Outcome {
  readonly repeated?: number;
  readonly error?: string;
}

async function journalOn(dir: string, faults: DiskFaults) {
  const child: ChildProcess = fork(CHILD, [dir], { env: { ...process.env, ...ENVIRONMENT, ...faults.env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  return {
    async append(message: number): Promise<Outcome> {
      child.send(message);
      const [answer] = await once(child, 'message');
      return answer as Outcome;
    },
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

const read = (file: string) => (existsSync(file) ? readFileSync(file) : Buffer.alloc(0));

/**
 * The log as the disk has it after a power cut. A failed fsync leaves pages in memory that look written and never will
 * be (https://lwn.net/Articles/752063/): what was new when it failed, and was not written once more since, is not there.
 */
function afterPowerCut({ before, failed, now }: Record<'before' | 'failed' | 'now', Buffer>): Buffer {
  const disk = Buffer.from(now);
  for (let at = 0; at < now.length; at += SECTOR) {
    const sector = (bytes: Buffer) => bytes.subarray(at, at + SECTOR);
    const stale = sector(now).equals(sector(failed)) && !sector(failed).equals(sector(before));
    if (stale) sector(disk).fill(0).set(sector(before));
  }
  return disk;
}

test.skipIf(!DiskFaults.available).each([1, 2, 3, 6])(
  'what is acknowledged after %i failed fsyncs survives the power cut that follows',
  async (times) => {
    const dir = journalFolder();
    const faults = new DiskFaults(join(dir, 'rules'));
    onTestFinished(() => faults.close());
    const journal = await journalOn(dir, faults);
    const wal = join(dir, 'segment-00000001.sqlite-wal');
    expect(await journal.append(1)).toMatchObject({ repeated: 0 });
    const before = read(wal);
    const struck = faults.begin({ path: 'segment-', ops: ['sync'], error: 'EIO', times });
    const answers: Outcome[] = [];
    let failed = Buffer.alloc(0);
    while (answers.at(-1)?.repeated === undefined) {
      answers.push(await journal.append(2));
      if (answers.at(-1)?.error !== undefined) failed = Buffer.from(read(wal));
      expect(answers.length).toBeLessThan(20);
    }
    expect(answers[0]?.error).toMatch(/disk I\/O error/);
    expect(struck()).toBe(times);
    await journal.kill();
    writeFileSync(wal, afterPowerCut({ before, failed, now: read(wal) }));
    rmSync(join(dir, 'segment-00000001.sqlite-shm'), { force: true });
    const again = await openJournal(dir);
    const stored = readingsOf(await rowsUpToHead(again));
    expect(stored).toEqual([...messageReadings(1), ...messageReadings(2)]);
  },
);
