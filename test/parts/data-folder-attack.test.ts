import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { HygateProcess } from '../kit/hygate-process.ts';
import { type SealedJournal, sealedJournal } from '../kit/sealed-journal.ts';
import { SmallDisk } from '../kit/small-disk.ts';

// A dozen starts of a command on cores that other tests share.
vi.setConfig({ testTimeout: 180_000 });

let journal: SealedJournal;
let dir: string;
let data: string;

beforeAll(async () => {
  journal = await sealedJournal();
});
afterAll(() => journal.remove());

/** A data folder with a journal in it, as a killed gateway left it. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-folder-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  data = join(dir, 'data');
  cpSync(journal.dir, join(data, 'journal'), { recursive: true });
});

const hygate = (...args: string[]) => hygateAs(undefined, ...args);

async function hygateAs(uid: number | undefined, ...args: string[]) {
  const command = new HygateProcess(args, uid === undefined ? {} : { uid });
  const { code } = await command.exited;
  return { code, output: command.output };
}

const fileOf = (text: string): string => {
  const path = join(dir, 'file');
  writeFileSync(path, text);
  return path;
};

const prints = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'base64')]);

test('a folder without a journal is no folder of which anything holds', async () => {
  const empty = join(dir, 'empty');
  mkdirSync(join(empty, 'journal'), { recursive: true });
  for (const folder of [empty, fileOf('x'), join(dir, 'none'), dir]) {
    for (const command of ['verify', 'audit']) {
      const { code, output } = await hygate(command, folder);
      expect(output).toMatch(/^hygate: there is no journal in .*: give a data folder/);
      expect(code).toBe(1);
    }
    const { code, output } = await hygate('backup', folder, join(dir, 'to'));
    expect(output).toMatch(/^hygate: there is no journal in .*: give a data folder/);
    expect(code).toBe(1);
  }
  expect(existsSync(join(dir, 'to'))).toBe(false);
});

test('a key or a file of roots that is a folder is told in one sentence', async () => {
  for (const option of ['--key', '--roots']) {
    const { code, output } = await hygate('verify', data, option, dir);
    expect(output).toMatch(/^hygate: .* cannot be read \(EISDIR.*: give .* file\n$/);
    expect(code).toBe(1);
  }
});

test('a backup goes into no folder that is in the data folder, whatever it is called and whichever way leads there', async () => {
  symlinkSync(data, join(dir, 'link'));
  for (const to of [data, join(data, 'sub'), join(data, '..sub'), join(dir, 'link', 'sub', 'sub'), dir]) {
    const { code, output } = await hygate('backup', data, to);
    expect(output).toContain('lie one in the other');
    expect(code).toBe(1);
  }
  expect(readdirSync(data)).toEqual(['journal']);
});

test('a backup replaces nothing that is not a backup of the same gateway', async () => {
  const other = join(dir, 'other');
  cpSync(data, other, { recursive: true });
  const before = prints(other);
  expect(await hygate('backup', data, other)).toMatchObject({
    code: 1,
    output: expect.stringContaining('is not a backup, and not empty'),
  });
  expect(prints(other)).toEqual(before);
  const photos = join(dir, 'photos');
  mkdirSync(photos);
  writeFileSync(join(photos, 'alarms.sqlite'), 'mine');
  expect((await hygate('backup', data, photos)).code).toBe(1);
  expect(readdirSync(photos)).toEqual(['alarms.sqlite']);
  expect((await hygate('backup', data, fileOf('x'))).output).toMatch(/^hygate: .* cannot be (read|made) /);
});

test('a backup of another gateway is not brought up to date with this one', async () => {
  const [mine, theirs] = [join(dir, 'mine'), await sealedJournal()];
  onTestFinished(() => theirs.remove());
  expect((await hygate('backup', data, mine)).code).toBe(0);
  const before = prints(mine);
  cpSync(theirs.dir, join(dir, 'theirs', 'journal'), { recursive: true });
  expect(await hygate('backup', join(dir, 'theirs'), mine)).toMatchObject({
    code: 1,
    output: expect.stringContaining('the backup of another gateway'),
  });
  expect(prints(mine)).toEqual(before);
  expect((await hygate('backup', data, mine)).output).toMatch(/[1-9] sealed segments were there already/);
});

test('a folder on read-only media can be verified, audited and backed up, and the backup has all of it', async ({
  skip,
}) => {
  const disk = SmallDisk.mount(join(dir, 'media'), 32);
  if (disk === undefined) return skip('needs root, to mount a disk');
  onTestFinished(() => disk.unmount());
  // Two: as a kill leaves it, and as a clean stop does, without logs beside the databases.
  cpSync(data, join(disk.dir, 'killed'), { recursive: true });
  expect((await hygate('backup', data, join(disk.dir, 'stopped'))).code).toBe(0);
  execFileSync('mount', ['-o', 'remount,ro', disk.dir]);
  const rows = /(\d+) rows/.exec((await hygate('verify', data)).output)?.[0] ?? '';
  for (const name of ['killed', 'stopped']) {
    const [media, copy] = [join(disk.dir, name), join(dir, name)];
    expect(await hygate('verify', media)).toMatchObject({ code: 0, output: expect.stringContaining(rows) });
    expect(await hygate('audit', media)).toMatchObject({ code: 0, output: expect.stringContaining(rows) });
    expect(await hygate('backup', media, copy)).toMatchObject({ code: 0 });
    expect(await hygate('verify', copy)).toMatchObject({ code: 0, output: expect.stringContaining(rows) });
  }
});

test('who may only read backs up all of it; who may not read a file is told which', async ({ skip }) => {
  if (process.getuid?.() !== 0) return skip('needs root, to be somebody else');
  const nobody = 65_534;
  const mine = join(dir, 'mine');
  mkdirSync(mine);
  chownSync(mine, nobody, nobody);
  // SQLite makes its files beside the databases, as an audit leaves them.
  expect((await hygate('audit', data)).code).toBe(0);
  execFileSync('chmod', ['-R', 'a+rX', dir]);
  expect(await hygateAs(nobody, 'backup', data, join(mine, 'copy'))).toMatchObject({ code: 0 });
  expect(await hygate('verify', join(mine, 'copy'))).toMatchObject({ code: 0 });
  const newest = join(data, 'journal', 'segment-00000005.sqlite');
  chmodSync(newest, 0o600);
  for (const command of ['verify', 'audit', 'backup']) {
    const more = command === 'backup' ? [join(mine, 'other')] : [];
    const { code, output } = await hygateAs(nobody, command, data, ...more);
    expect(output).toMatch(
      /^hygate: .*segment-00000005.sqlite cannot be read \(EACCES.*run this as the user/,
    );
    expect(code).toBe(1);
  }
});

test('of two backups into one folder at once, one is made and the other says why not', async () => {
  const to = join(dir, 'to');
  const both = await Promise.all([hygate('backup', data, to), hygate('backup', data, to)]);
  for (const { code, output } of both) {
    if (code !== 0) expect(output).toMatch(/^hygate: another Hygate runs on .*|^hygate: .* is not a backup/);
  }
  expect(both.some(({ code }) => code === 0)).toBe(true);
  expect(await hygate('verify', to)).toMatchObject({ code: 0 });
});
