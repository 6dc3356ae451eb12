import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SmallDisk } from '../kit/small-disk.ts';
import { Ward } from '../kit/ward.ts';

/** A ward that ran on a disk of its own, and whose gateway died. */
async function diedOn(skip: (why: string) => void): Promise<{ ward: Ward; disk: SmallDisk }> {
  const dir = mkdtempSync(join(tmpdir(), 'hygate-start-'));
  const disk = SmallDisk.mount(join(dir, 'data'), 64);
  const ward = new Ward({ dir });
  onTestFinished(async () => {
    await ward.close();
    disk?.unmount();
    rmSync(dir, { recursive: true });
  });
  if (disk === undefined) skip('needs root, to mount a small disk');
  await ward.open();
  await ward.hygate.stop('SIGKILL');
  return { ward, disk: disk as SmallDisk };
}

test('a start on a disk that is mounted read-only says so, and the next one on a writable disk loses nothing', async ({
  skip,
}) => {
  const { ward, disk } = await diedOn(skip);
  execFileSync('mount', ['-o', 'remount,ro', disk.dir]);
  await expect(ward.run()).rejects.toThrow(/data folder .* \(EROFS\): its file system is mounted read-only/);
  execFileSync('mount', ['-o', 'remount,rw', disk.dir]);
  await ward.run();
  expect(await ward.judge()).toMatchObject({ wrong: 0, lost: 0 });
}, 120_000);

test('a start on a disk that another program filled finds room in the ballast, lets people in and tells them', async ({
  skip,
}) => {
  const { ward, disk } = await diedOn(skip);
  disk.fill(0);
  await ward.run();
  await ward.logIn();
  await ward.told('raised [Critical] Ward gateway: the disk is full');
  expect(await ward.health()).toMatchObject({
    status: 503,
    complaints: [expect.stringContaining('readings are refused')],
  });
  disk.empty();
  await ward.heardAgain();
  await ward.told('cleared [Cleared] Ward gateway: the disk is full');
  expect(await ward.judge()).toMatchObject({ wrong: 0, lost: 0 });
}, 120_000);
