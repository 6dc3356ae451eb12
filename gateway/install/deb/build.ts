import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SECOND } from '#model/time';
import { readBill } from '../sbom.ts';
import type { Architecture } from './architecture.ts';
import { isNeeded, isShipped, SHIPPED } from './contents.ts';
import { control } from './control.ts';
import { COPYRIGHT } from './copyright.ts';
import { kibibytesOf, md5sums, normalise, prune } from './files.ts';
import { APP, launcher } from './launcher.ts';
import type { Version } from './version.ts';

export interface Build {
  /** The repository, or a copy of one commit of it, with the packages of development, which build the page. */
  readonly tree: string;
  readonly version: Version;
  readonly architecture: Architecture;
  /** The folder in which the package appears. */
  readonly out: string;
  /** 0 to 9 of xz, or none at all, for a package that is tried and thrown away. */
  readonly compression: string;
}

export interface Built {
  readonly file: string;
  /** Of disk, KiB. */
  readonly installedSize: number;
}

/** How the tree is run and its page built. */
interface Bootstrap {
  readonly NODE_FLAGS: readonly string[];
  readonly ENVIRONMENT: Readonly<Record<string, string>>;
  buildPage(): boolean;
}

const DOC = '/usr/share/doc/hygate';
const UNIT = 'hygate.service';
const MAINTAINER_SCRIPTS = ['postinst', 'prerm', 'postrm'];

/** Builds the Debian package of a tree for one processor. The same tree gives the same bytes. */
export async function build(options: Build): Promise<Built> {
  const root = await mkdtemp(join(tmpdir(), 'hygate-package-'));
  try {
    const url = pathToFileURL(join(options.tree, 'gateway/cli/bootstrap.mjs')).href;
    const bootstrap = (await import(url)) as Bootstrap;
    bootstrap.buildPage();
    await dependencies(root, options);
    program(root, options.tree);
    await surroundings(root, options.tree, bootstrap);
    return await packed(root, options);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/** What the lock file names for this processor, Node among it, without what only development needs. */
async function dependencies(root: string, { tree, architecture }: Build): Promise<void> {
  const app = join(root, APP);
  const forNpm = ['package-lock.json', '.npmrc'];
  mkdirSync(app, { recursive: true });
  for (const file of ['package.json', ...forNpm]) copyFileSync(join(tree, file), join(app, file));
  const foreign = [`--cpu=${architecture.node}`, '--os=linux', '--libc=glibc'];
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--loglevel=error', ...foreign];
  execFileSync('npm', args, { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] });
  await put(join(root, DOC, 'sbom.cdx.json'), `${JSON.stringify(readBill(app), null, 1)}\n`);
  prune(join(app, 'node_modules'), (path) => isNeeded(path, architecture));
  for (const file of forNpm) await rm(join(app, file));
}

function program(root: string, tree: string): void {
  const filter = (from: string) => isShipped(from.slice(tree.length + 1));
  for (const name of SHIPPED.filter((name) => existsSync(join(tree, name))))
    cpSync(join(tree, name), join(root, APP, name), { recursive: true, filter });
}

/** What stands elsewhere than the program: commands, the service, the licence. */
async function surroundings(
  root: string,
  tree: string,
  { NODE_FLAGS, ENVIRONMENT }: Bootstrap,
): Promise<void> {
  const run = { nodeFlags: NODE_FLAGS, environment: ENVIRONMENT };
  const command = (place: string, entry: string) =>
    put(join(root, place), launcher({ ...run, place, entry }), 0o755);
  await command('/usr/bin/hygate', 'gateway/cli/hygate.ts');
  await command(`${APP}/warm`, 'gateway/cli/warm.ts');
  await put(join(root, DOC, 'copyright'), COPYRIGHT);
  const units = join(root, 'usr/lib/systemd/system');
  mkdirSync(units, { recursive: true });
  copyFileSync(join(tree, 'gateway/install/systemd', UNIT), join(units, UNIT));
}

async function packed(root: string, options: Build): Promise<Built> {
  const { tree, version, architecture, out, compression } = options;
  const installedSize = kibibytesOf(root);
  const DEBIAN = join(root, 'DEBIAN');
  await put(join(DEBIAN, 'md5sums'), md5sums(root));
  await put(
    join(DEBIAN, 'control'),
    control({ version: version.text, architecture: architecture.debian, installedSize }),
  );
  for (const script of MAINTAINER_SCRIPTS)
    copyFileSync(join(tree, 'gateway/install/deb', script), join(DEBIAN, script));
  normalise(root, version.at);
  mkdirSync(out, { recursive: true });
  const file = join(out, `hygate_${version.text}_${architecture.debian}.deb`);
  const packing = compression === 'none' ? ['-Znone'] : ['-Zxz', `-z${compression}`];
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', ...packing, root, file], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(version.at / SECOND) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return { file, installedSize };
}

async function put(file: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, mode);
}
