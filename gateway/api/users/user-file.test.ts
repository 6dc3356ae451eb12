import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#model/log';
import { realClock } from '#model/time';
import { Users } from './users.ts';

const PASSWORD = 'night-shift-at-ward-7';
let dir: string;
let file: string;
let reports: (readonly [string, boolean])[];

const open = async () => {
  const users = new Users({
    ...{ dir, clock: realClock, log: silentLog, journal: { record: async () => 1 } },
    report: (condition, holds) => reports.push([condition, holds]),
  });
  await users.start();
  return users;
};

/** An administrator with a password of their own, as after the first log-in. */
async function settled(): Promise<Users> {
  const users = await open();
  const first = await users.firstStart();
  const { user } = await users.login('admin', first?.password ?? '', '127.0.0.1');
  await users.changePassword(user, { current: first?.password ?? '', next: PASSWORD }, '127.0.0.1');
  return users;
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-users-'));
  file = join(dir, 'users.sqlite');
  reports = [];
});
afterEach(() => rmSync(dir, { recursive: true }));

test('a damaged file lets nobody in, makes no administrator, and stays as it is', async () => {
  await (await settled()).stop();
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 100, 3000);
  writeFileSync(file, bytes);
  const users = await open();
  expect(await users.firstStart()).toBeNull();
  expect(users.complaints()).toEqual([expect.stringContaining('Nobody can log in')]);
  expect(reports.at(-1)).toEqual(['users-unreadable', true]);
  await expect(users.login('admin', PASSWORD, '127.0.0.1')).rejects.toMatchObject({
    code: 'users-unreadable',
    message: /put it back from a backup/,
  });
  expect(users.userOf('x'.repeat(43))).toBeUndefined();
  expect(readFileSync(file)).toEqual(bytes);
  await users.stop();
});

test('a file that is put back is found without a start', async () => {
  await (await settled()).stop();
  copyFileSync(file, `${file}.backup`);
  truncateSync(file, 5000);
  const users = await open();
  expect(users.complaints()).toHaveLength(1);
  copyFileSync(`${file}.backup`, file);
  await expect
    .poll(
      () =>
        users.login('admin', PASSWORD, '127.0.0.1').then(
          () => 'in',
          (e: Error) => e.message,
        ),
      {
        timeout: 10_000,
      },
    )
    .toBe('in');
  expect(users.complaints()).toEqual([]);
  expect(reports.at(-1)).toEqual(['users-unreadable', false]);
  await users.stop();
});

test('a file of a newer version stops the start', async () => {
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await expect(open()).rejects.toMatchObject({ code: 'journal-newer' });
});
