import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { HygateError } from '#model/errors';
import { ARCHITECTURES, type Architecture } from './deb/architecture.ts';
import { build } from './deb/build.ts';
import { versionOf } from './deb/version.ts';

/*
 * `npm run package`: the Debian package of this tree, or of a commit of it.
 *   --arch amd64|arm64   (default: that of this machine)   --out DIR   (default: ./dist)
 *   --commit REV         instead of the working tree       --compression 0-9|none
 */

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DIST = join(REPOSITORY, 'dist');

const { values } = parseArgs({
  options: {
    arch: { type: 'string', default: process.arch === 'arm64' ? 'arm64' : 'amd64' },
    out: { type: 'string', default: DIST },
    commit: { type: 'string' },
    compression: { type: 'string', default: '6' },
  },
});
const wanted = {
  architecture: architectureNamed(values.arch),
  out: resolve(values.out),
  compression: values.compression,
};
const { file, installedSize } = await (values.commit === undefined ? ofTree() : ofCommit(values.commit));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
process.stdout.write(
  `${file}: ${megabytes(statSync(file).size)}, installed ${megabytes(installedSize * 1024)}\n`,
);

function ofTree() {
  const version = versionOf(REPOSITORY, { repository: REPOSITORY, commit: undefined });
  return build({ ...wanted, tree: REPOSITORY, version });
}

/** From git's archive of the commit: nothing in this working tree gets into it but the packages that build the page. */
async function ofCommit(commit: string) {
  mkdirSync(DIST, { recursive: true });
  const tree = mkdtempSync(join(DIST, 'commit-'));
  try {
    const archive = execFileSync('git', ['-C', REPOSITORY, 'archive', commit], { maxBuffer: 2 ** 28 });
    execFileSync('tar', ['-x', '-C', tree], { input: archive });
    // Not one symbolic link to all: from outside of the tree they make another page. Hard links cost nothing.
    execFileSync('cp', ['--archive', '--link', join(REPOSITORY, 'node_modules'), tree]);
    return await build({ ...wanted, tree, version: versionOf(tree, { repository: REPOSITORY, commit }) });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function architectureNamed(name: string): Architecture {
  const found = ARCHITECTURES.find(({ debian }) => debian === name);
  if (found !== undefined) return found;
  throw new HygateError(
    'request-invalid',
    `--arch ${name}: there is ${ARCHITECTURES.map(({ debian }) => debian).join(' and ')}`,
  );
}
