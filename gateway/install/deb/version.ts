import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EpochMs, SECOND } from '#model/time';

export interface Version {
  /** Debian's: the later commit is the higher version. */
  readonly text: string;
  /** Of the commit. Every file in the package carries it, so that the same tree gives the same bytes. */
  readonly at: EpochMs;
}

export interface Origin {
  readonly repository: string;
  /** The working tree, which may differ from its commit, when there is none. */
  readonly commit: string | undefined;
}

/** The version in the tree's package.json and the commit. A tree that differs from its commit says so. */
export function versionOf(tree: string, { repository, commit }: Origin): Version {
  const { version } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as { version: string };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trim();
  const [seconds, hash] = git('log', '-1', '--abbrev=7', '--format=%ct %h', commit ?? 'HEAD').split(' ');
  const at = Number(seconds) * SECOND;
  const moment = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  const modified = commit === undefined && git('status', '--porcelain') !== '' ? '.modified' : '';
  return { text: `${version}+${moment}.${hash}${modified}`, at };
}
