import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesBelow, kibibytesOf, md5sums, normalise, prune } from './files.ts';

const AT = 1_790_000_000_000;

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(path: string, text: string, mode: number): void {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), text);
  chmodSync(join(dir, path), mode);
}

test.skipIf(!existsSync('/usr/bin/dpkg-deb'))(
  'whoever builds, whenever and in whatever order, gets the same bytes',
  () => {
    const contents = [
      ['DEBIAN/control', CONTROL],
      ['usr/bin/run', '#!/bin/sh\n'],
      ['usr/lib/data/a', 'A'],
      ['usr/lib/data/b', 'B'],
    ] as const;
    const one = packed('one', contents, { mode: 0o700, at: 1 });
    const other = packed('other', contents.toReversed(), { mode: 0o777, at: 2_000_000_000 });
    expect(other.equals(one)).toBe(true);
    expect(packed('third', [...contents, ['usr/lib/data/c', 'C']], { mode: 0o700, at: 1 }).equals(one)).toBe(
      false,
    );
  },
);

test('programs stay programs, everything is readable by all and writable by its owner alone', () => {
  put('bin/run', '', 0o4777);
  put('share/words', '', 0o600);
  symlinkSync('bin/run', join(dir, 'link'));
  normalise(dir, AT);
  const modes = ['.', 'bin', 'bin/run', 'share/words'].map(
    (path) => lstatSync(join(dir, path)).mode & 0o7777,
  );
  expect(modes).toEqual([0o755, 0o755, 0o755, 0o644]);
  for (const path of ['.', 'bin/run', 'link']) expect(lstatSync(join(dir, path)).mtimeMs).toBe(AT);
});

test('what nobody needs goes, and a folder that held nothing else', () => {
  put('kept/a.js', '', 0o644);
  put('kept/a.js.map', '', 0o644);
  put('gone/deep/b.js.map', '', 0o644);
  prune(dir, (path) => !path.endsWith('.map'));
  expect(filesBelow(dir)).toEqual(['kept/a.js']);
  expect(existsSync(join(dir, 'gone'))).toBe(false);
});

test('sums are those of md5sum, and a link is not counted a second time', () => {
  put('a b', 'x'.repeat(5000), 0o644);
  symlinkSync('a b', join(dir, 'link'));
  const sums = execFileSync('md5sum', ['a b'], { cwd: dir, encoding: 'utf8' });
  expect(md5sums(dir)).toBe(sums);
  expect(kibibytesOf(dir)).toBe(8 + 4);
});

const CONTROL = 'Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n';

function packed(
  name: string,
  contents: readonly (readonly [string, string])[],
  { mode, at }: { mode: number; at: number },
): Buffer {
  for (const [path, text] of contents) {
    put(join(name, path), text, mode);
    utimesSync(join(dir, name, path), at, at);
  }
  normalise(join(dir, name), AT);
  const file = join(dir, `${name}.deb`);
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(AT / 1000) };
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', join(dir, name), file], {
    env,
    stdio: 'ignore',
  });
  return readFileSync(file);
}
