import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { APP, launcher } from './launcher.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'hygate launcher-')));
  put(`${APP}/node_modules/.bin/node`, '#!/bin/sh\nprintf "%s\\n" "$NAME" "$@"\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const options = { entry: 'gateway/cli/x.ts', nodeFlags: ['--flag'], environment: { NAME: 'a value' } };
const said = (path: string) => execFileSync(path, ['two words', ''], { encoding: 'utf8' }).split('\n');

test.each(['/usr/bin/hygate', `${APP}/warm`])(
  'as %s of a package that was unpacked anywhere it runs the program of that package',
  (place) => {
    put(place, launcher({ ...options, place }));
    const expected = ['a value', '--flag', join(root, APP, 'gateway/cli/x.ts'), 'two words', '', ''];
    expect(said(join(root, place)).filter((word) => !word.startsWith('--env-file='))).toEqual(expected);
  },
);

test('also through a link, as /bin/hygate is one where /bin leads to /usr/bin', () => {
  put('/usr/bin/hygate', launcher({ ...options, place: '/usr/bin/hygate' }));
  symlinkSync('usr/bin', join(root, 'bin'));
  expect(said(join(root, 'bin/hygate'))).toContain(join(root, APP, 'gateway/cli/x.ts'));
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode: 0o755 });
}
