import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { versionOf } from './version.ts';

let repository: string;

const git = (args: readonly string[], at = 0) =>
  execFileSync('git', ['-C', repository, '-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
    env: { ...process.env, GIT_COMMITTER_DATE: `${at} +0800`, GIT_AUTHOR_DATE: `${at} +0800` },
    stdio: 'ignore',
  });

function commit(version: string, at: number): void {
  writeFileSync(join(repository, 'package.json'), JSON.stringify({ version }));
  git(['add', '.']);
  git(['commit', '--allow-empty', '-m', 'x'], at);
}

const tree = (rev?: string) => versionOf(repository, { repository, commit: rev });

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'hygate-version-'));
  git(['init']);
  commit('1.2.0', 1_790_000_000);
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

test('it is that of the program, the moment of the commit in UTC, and its hash', () => {
  expect(tree()).toEqual({
    text: expect.stringMatching(/^1\.2\.0\+20260921141320\.[0-9a-f]{7}$/),
    at: 1_790_000_000_000,
  });
});

test.skipIf(!existsSync('/usr/bin/dpkg'))('for dpkg a later commit is the higher version', () => {
  commit('1.2.0', 1_790_000_001);
  const [older, newer] = [tree('HEAD~1').text, tree('HEAD').text];
  expect(() => execFileSync('dpkg', ['--compare-versions', older, 'lt', newer])).not.toThrow();
});

test('a tree that differs from its commit says so, also by a new file; the commit itself does not', () => {
  writeFileSync(join(repository, 'new'), '');
  expect(tree().text).toMatch(/\.modified$/);
  expect(tree('HEAD').text).not.toMatch(/modified/);
});
