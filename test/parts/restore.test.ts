import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
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
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { realClock } from '#model/time';
import { backUp } from '../../gateway/journal/backup/backup.ts';
import type { Manifest } from '../../gateway/journal/backup/manifest.ts';
import { type RestoreOptions, restore } from '../../gateway/journal/backup/restore.ts';
import { refuseUnfinished } from '../../gateway/journal/backup/staging.ts';
import { readRestored } from '../../gateway/journal/restored-note.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { type SealedJournal, sealedJournal } from '../kit/sealed-journal.ts';
import { SmallDisk } from '../kit/small-disk.ts';

const NOW = 1_800_000_000_000;
let whole: string;
let journal: SealedJournal;
let dir: string;
let backup: string;
let to: string;

beforeAll(async () => {
  journal = await sealedJournal();
  whole = mkdtempSync(join(tmpdir(), 'hygate-whole-'));
  const data = join(whole, 'data');
  cpSync(journal.dir, join(data, 'journal'), { recursive: true });
  mkdirSync(join(data, 'pki/own'), { recursive: true });
  writeFileSync(join(data, 'pki/own/key.pem'), 'a key');
  writeFileSync(join(data, 'links.key'), 'a secret');
  await backUp({ from: data, to: join(whole, 'backup'), now: NOW });
});
afterAll(() => {
  journal.remove();
  rmSync(whole, { recursive: true, force: true });
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-restore-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  [backup, to] = [join(dir, 'backup'), join(dir, 'restored')];
  cpSync(join(whole, 'backup'), backup, { recursive: true });
});

const restored = (more: Partial<RestoreOptions> = {}) =>
  restore({ from: backup, to, now: NOW + 5, evenDamaged: false, settle: () => {}, ...more });

const manifest = () => JSON.parse(readFileSync(join(backup, 'manifest.json'), 'utf8')) as Manifest;

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => lstatSync(join(folder, name)).isFile())
    .sort();

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** Also where the copy is read-only, as sealed segments are. */
function change(path: string, work: (bytes: Buffer) => Buffer | undefined): void {
  const file = join(backup, path);
  chmodSync(file, 0o600);
  const bytes = work(readFileSync(file));
  if (bytes === undefined) rmSync(file);
  else writeFileSync(file, bytes);
}

const flipped = (bytes: Buffer): Buffer => {
  const at = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x10, at);
  return bytes;
};

describe('a whole backup', () => {
  test('comes back file for file, sealed segments read-only, with a note for the first start', async () => {
    const settled: string[] = [];
    const report = await restored({ settle: (place) => settled.push(place) });
    expect(settled).toHaveLength(1);
    expect(report).toMatchObject({ backupAt: NOW, damaged: [], verified: { found: 0 } });
    const { files } = manifest();
    expect(filesOf(to)).toEqual([...files.map(({ path }) => path), 'journal/restored.json'].sort());
    for (const { path, sha256: promised, sealed } of files) {
      expect(sha256(join(to, path))).toBe(promised);
      expect(statSync(join(to, path)).mode & 0o777).toBe(sealed ? 0o440 : 0o600);
    }
    expect(readRestored(join(to, 'journal'))).toEqual({ at: NOW + 5, backupAt: NOW, damaged: [] });
  });

  test('goes into an empty folder that is there, with its rights, and its owner when root restores', async () => {
    mkdirSync(join(to, 'lost+found'), { recursive: true });
    chmodSync(to, 0o750);
    const { uid, gid } = statSync(to);
    await restored();
    expect(statSync(to)).toMatchObject({ uid, gid });
    expect(statSync(to).mode & 0o777).toBe(0o750);
    expect(existsSync(join(to, 'lost+found'))).toBe(true);
    expect(statSync(join(to, 'links.key'))).toMatchObject({ uid, gid });
  });

  test('comes back with the place of the alarms that InfluxDB has, wherever a version kept it and however far it is', async () => {
    const data = join(dir, 'data');
    cpSync(join(whole, 'data'), data, { recursive: true });
    const places = ['cursor-influx-alarms', 'journal/cursor-influx-alarms'];
    for (const place of places) writeFileSync(join(data, place), `${2 ** 40}\n`);
    await backUp({ from: data, to: join(dir, 'other'), now: NOW });
    await restored({ from: join(dir, 'other') });
    for (const place of places) expect(readFileSync(join(to, place), 'utf8')).toBe(`${2 ** 40}\n`);
  });

  test('is not changed by it', async () => {
    const before = filesOf(backup).map((path) => [path, sha256(join(backup, path))]);
    await restored();
    expect(filesOf(backup).map((path) => [path, sha256(join(backup, path))])).toEqual(before);
  });
});

describe('nothing is touched, and the sentence says why, when', () => {
  test.each<[string, () => void, RegExp]>([
    ['the folder is not empty', () => writeAt(to, 'x'), /is not empty \(file\): nothing is ever replaced/],
    ['the folder is a file', () => writeFileSync(to, 'x'), /is no folder/],
    ['there is no backup', () => rmSync(backup, { recursive: true }), /there is no backup in/],
    [
      'it is a data folder and no backup',
      () => rmSync(join(backup, 'manifest.json')),
      /is no backup: it has no/,
    ],
    ['the backup never ended', () => rewrite({ files: [] }), /was begun and has not ended/],
    [
      'the manifest leads elsewhere',
      () => rewrite({ files: [{ path: '../../etc/passwd', bytes: 1, sha256: '', sealed: false }] }),
      /names \.\.\/\.\.\/etc\/passwd, which lies elsewhere/,
    ],
    [
      'a newer version wrote it',
      () => writeFileSync(join(backup, 'version.json'), '{"data":9,"hygate":"9.9.9"}'),
      /was written by Hygate 9\.9\.9/,
    ],
  ])('%s', async (_, spoil, sentence) => {
    spoil();
    const before = existsSync(to) && statSync(to).isDirectory() ? filesOf(to) : existsSync(to);
    await expect(restored()).rejects.toThrow(sentence);
    expect(existsSync(to) && statSync(to).isDirectory() ? filesOf(to) : existsSync(to)).toEqual(before);
  });

  test.each([
    ['inside the backup', () => join(backup, 'here')],
    ['around the backup', () => dirname(backup)],
  ])('the folder lies %s', async (_, place) => {
    await expect(restored({ to: place() })).rejects.toThrow(/lie one in the other/);
  });
});

const writeAt = (folder: string, text: string): void => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), text);
};

const rewrite = (more: Partial<Manifest>): void =>
  writeFileSync(join(backup, 'manifest.json'), JSON.stringify({ ...manifest(), ...more }));

describe('a damaged backup is refused, by the name of what is damaged:', () => {
  test('one bit of any of its files', async () => {
    for (const { path } of manifest().files) {
      const before = readFileSync(join(backup, path));
      change(path, flipped);
      await expect(restored()).rejects.toThrow(`${path} is not as the backup wrote it`);
      expect(existsSync(to)).toBe(false);
      writeFileSync(join(backup, path), before);
    }
  });

  test('a file that is cut short, or gone', async () => {
    change('journal/segment-00000002.sqlite', (bytes) => bytes.subarray(0, 2_000));
    change('links.key', () => undefined);
    await expect(restored()).rejects.toThrow(
      /links\.key is missing[\s\S]*segment-00000002\.sqlite is not as .*\(2000 bytes, then \d+\)/,
    );
  });

  test('a segment that was changed together with the manifest', async () => {
    const path = 'journal/segment-00000001.sqlite';
    change(path, flipped);
    const files = manifest().files.map((file) =>
      file.path === path ? { ...file, sha256: sha256(join(backup, path)) } : file,
    );
    rewrite({ files });
    await expect(restored()).rejects.toThrow(/is damaged[\s\S]*journal, segment 1: /);
    expect(existsSync(to)).toBe(false);
  });

  test('with --even-damaged what is good comes back, and the note says what is not', async () => {
    change('journal/segment-00000001.sqlite', flipped);
    change('links.key', () => undefined);
    const { damaged, verified } = await restored({ evenDamaged: true });
    expect(damaged).toEqual(
      expect.arrayContaining([
        'links.key is missing',
        expect.stringMatching(/^journal\/segment-00000001\.sqlite is not as/),
        expect.stringMatching(/^journal, segment 1: /),
      ]),
    );
    expect(verified.rows).toBeGreaterThan(100);
    expect(readRestored(join(to, 'journal'))?.damaged).toEqual(damaged);
    expect(filesOf(to)).not.toContain('links.key');
  });
});

describe('a restore that does not end', () => {
  test('leaves an empty folder when the disk is full', async ({ skip }) => {
    const disk = SmallDisk.mount(join(dir, 'disk'), 1);
    if (disk === undefined) return skip('nothing may be mounted here');
    onTestFinished(() => disk.unmount());
    change('pki/own/key.pem', () => Buffer.alloc(3_000_000));
    const key = join(backup, 'pki/own/key.pem');
    const files = manifest().files.map((file) =>
      file.path === 'pki/own/key.pem' ? { ...file, bytes: 3_000_000, sha256: sha256(key) } : file,
    );
    rewrite({ files });
    await expect(restored({ to: disk.dir })).rejects.toThrow(/could not be restored .*ENOSPC/);
    expect(readdirSync(disk.dir).filter((name) => name !== 'lost+found')).toEqual([]);
  });

  test('is refused by a gateway and made good by the next restore, at whatever instant it was killed', async () => {
    const began = realClock.monotonic();
    await new HygateProcess(['restore', backup, join(dir, 'first')]).exited;
    const length = realClock.monotonic() - began;
    for (const part of [0.5, 0.7, 0.8, 0.9, 0.95]) {
      const command = new HygateProcess(['restore', backup, to]);
      await realClock.sleep(part * length);
      await command.stop('SIGKILL');
      const unfinished = existsSync(join(to, 'restore.part'));
      const isWhole = existsSync(join(to, 'journal'));
      if (unfinished)
        expect(() => refuseUnfinished(to)).toThrow(/has not ended: run hygate restore once more/);
      if (isWhole && !unfinished) rmSync(to, { recursive: true });
      await restored();
      expect(filesOf(to)).toEqual(
        [...manifest().files.map(({ path }) => path), 'journal/restored.json'].sort(),
      );
      rmSync(to, { recursive: true });
    }
  }, 120_000);

  test('half moved into place, is begun anew', async () => {
    mkdirSync(join(to, 'restore.part/journal'), { recursive: true });
    writeFileSync(join(to, 'links.key'), 'moved already');
    expect(() => refuseUnfinished(to)).toThrow(/has not ended/);
    await restored();
    expect(readFileSync(join(to, 'links.key'), 'utf8')).toBe('a secret');
    expect(() => refuseUnfinished(to)).not.toThrow();
  });
});

describe('a backup that somebody else made', () => {
  test.each([
    ['a link to a file', () => symlinkSync(secret(), join(backup, 'links.key'))],
    ['a folder that is a link', () => swapFolder()],
    ['a pipe', () => execFileSync('mkfifo', [join(backup, 'links.key')])],
    ['a folder', () => mkdirSync(join(backup, 'links.key'))],
  ])('brings nothing from elsewhere by %s, nor waits for ever', async (_, make) => {
    rmSync(join(backup, 'links.key'));
    make();
    await expect(restored()).rejects.toMatchObject({ code: 'backup-damaged' });
    const { damaged } = await restored({ evenDamaged: true });
    expect(damaged.join()).toContain('is no file of its own');
    expect(filesOf(to).map((name) => readFileSync(join(to, name), 'latin1'))).not.toContain('of root');
  });

  test.each([
    '{"version":1,"at":"soon","files":[{"path":"links.key","bytes":1,"sha256":"","sealed":false}]}',
    '{"version":1,"at":1,"files":[{"path":5}]}',
    '{"version":1,"at":1,"files":[null]}',
    'null',
  ])('is refused in words for a manifest like %s', async (text) => {
    writeFileSync(join(backup, 'manifest.json'), text);
    await expect(restored()).rejects.toMatchObject({ code: 'data-dir-unusable' });
  });

  const secret = () => {
    writeFileSync(join(dir, 'shadow'), 'of root');
    return join(dir, 'shadow');
  };
  const swapFolder = () => {
    mkdirSync(join(dir, 'elsewhere/own'), { recursive: true });
    writeFileSync(join(dir, 'elsewhere/own/key.pem'), 'of root');
    rmSync(join(backup, 'pki'), { recursive: true });
    symlinkSync(join(dir, 'elsewhere'), join(backup, 'pki'));
    mkdirSync(join(backup, 'links.key'));
  };
});
