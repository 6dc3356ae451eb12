import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/*
 * A Debian of its own, minimal, in a folder: where packages are installed and images are built as if on another machine.
 * Debootstrap makes it once (a minute, from the archive that this machine installs from); each test gets a fresh copy.
 */

const SUITE = 'bookworm';
const CACHE = join(tmpdir(), 'hygate-scratch-root');
const TARBALL = join(CACHE, `${SUITE}.tar`);
/** What starts services, for a root that is booted. */
const INIT = ['systemd', 'systemd-sysv', 'dbus'];
/**
 * Not installed, but lying in apt's archive: what the Debian package and Node need, and what makes a machine of it, so
 * that a test needs no network.
 */
const AT_HAND = ['libatomic1', ...INIT];

const APT_INSTALL = ['apt-get', 'install', '-y', '-q', '--no-install-recommends'];
const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const run = promisify(execFile);

/** Own mounts and processes, which end with their first one. */
const OWN = ['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private'];

/**
 * Why there can be no scratch root here, for whoever reads what was skipped: it needs root, Debian's debootstrap, a
 * kernel that lets us mount, and the first time Debian's archive. Undefined when there can: the first one is then made.
 */
export async function scratchRootTrouble(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'not root';
  if (!existsSync('/usr/sbin/debootstrap')) return 'debootstrap is not installed';
  const mayMount = await answers('unshare', [...OWN, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
  if (!mayMount) return 'may not mount';
  return first().then(() => undefined, refusal);
}

/** What debootstrap or apt said, such as that there is no archive. Anything else is a fault of ours. */
function refusal(error: unknown): string {
  const [said] = /\bE: [^'\\\n]+/.exec(String(error)) ?? [];
  if (said === undefined) throw error;
  return said;
}

/** For the name of what is skipped. */
export const because = (trouble: string | undefined): string =>
  trouble === undefined ? '' : ` (skipped: ${trouble})`;

/** Whether a command ends well. */
export const answers = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

export interface Inside {
  /** Numeric; 0 when left out. */
  readonly uid?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Everything but these folders (and a fresh /tmp) is read-only, as in a container with `read_only: true`. */
  readonly writableOnly?: readonly string[];
  /** Folders of this machine (value) that are seen in the root (key, a folder that is there). */
  readonly shared?: Readonly<Record<string, string>>;
}

export interface Outcome {
  readonly code: number;
  /** Standard output and error. */
  readonly output: string;
}

export class ScratchRoot {
  /** The root's place on this machine. */
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** A path of the root as this machine sees it. */
  path(inside: string): string {
    return join(this.dir, inside);
  }

  /** Runs a command in the root to its end. A code other than 0 is an answer, not an error. */
  async run(command: readonly string[], inside: Inside = {}): Promise<Outcome> {
    const child = this.start(command, inside);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const code = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
    return { code, output };
  }

  /** As `run`, but throws with the output when it fails. Returns the output. */
  async must(command: readonly string[], inside: Inside = {}): Promise<string> {
    const { code, output } = await this.run(command, inside);
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /**
   * Starts a command as process 1 of the root, as a container would: with mounts and processes of its own, and this
   * machine's network. It dies with the child that is returned. Signals go to `mainPid`.
   */
  start(command: readonly string[], inside: Inside = {}): ChildProcess {
    const { uid = 0, cwd = '/', env = {} } = inside;
    const user = uid === 0 ? [] : [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--no-new-privs'];
    const script = [...mounts(this.dir, inside), 'exec "$@"'].join('\n');
    const entered = ['chroot', this.dir, 'setpriv', ...user, 'env', '-C', cwd, ...command];
    return spawn('unshare', [...OWN, 'sh', '-ec', script, 'sh', ...entered], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: SYSTEM_PATH, LANG: 'C.UTF-8', ...env },
    });
  }

  /** Makes it one that can be booted. */
  async installInit(): Promise<void> {
    await this.must([...APT_INSTALL, ...INIT]);
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** A fresh copy of the minimal Debian. Remove it when done. */
export async function scratchRoot(): Promise<ScratchRoot> {
  await first();
  const dir = await mkdtemp(join(tmpdir(), 'hygate-root-'));
  await run('tar', ['-C', dir, '-xpf', TARBALL]);
  // mkdtemp keeps others out, also those that live inside.
  await chmod(dir, 0o755);
  // Ten thousand files need not outlive a power cut: an installation takes half the time.
  await writeFile(join(dir, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n');
  return new ScratchRoot(dir);
}

/** Two test files may want the first one at the same time; the lock ends with its holder, however that ends. */
async function first(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  await run('flock', [join(CACHE, 'lock'), process.execPath, import.meta.filename], { maxBuffer: 2 ** 26 });
}

/** Runs a command beside a started process 1, seeing what it sees (`docker exec`), to its end. */
export async function beside(pid: number, command: readonly string[], inside: Inside = {}): Promise<Outcome> {
  const { uid = 0, env = {} } = inside;
  const into = ['--target', String(pid), '--mount', '--pid', '--root', '--wd', '--setuid', String(uid)];
  return run('nsenter', [...into, '--setgid', String(uid), ...command], {
    env: { PATH: SYSTEM_PATH, ...env },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      code: error.code ?? -1,
      output: `${error.stdout}${error.stderr}`,
    }),
  );
}

/** The process that was started as number 1 of the root, as this machine numbers it. */
export async function mainPid(started: ChildProcess): Promise<number | undefined> {
  const pid = String(started.pid);
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const first = Number.parseInt(children, 10);
  return Number.isNaN(first) ? undefined : first;
}

function mounts(dir: string, { writableOnly, shared = {} }: Inside): string[] {
  const system = [
    `mount -t proc proc ${dir}/proc`,
    `mount --rbind /dev ${dir}/dev`,
    ...Object.entries(shared).map(([inside, here]) => `mount --bind ${here} ${dir}${inside}`),
  ];
  if (writableOnly === undefined) return system;
  const kept = writableOnly.map((folder) => `mount --bind ${dir}${folder} ${dir}${folder}`);
  const fresh = `mount -t tmpfs -o mode=1777 tmpfs ${dir}/tmp`;
  return [`mount --bind ${dir} ${dir}`, ...kept, fresh, ...system, `mount -o remount,bind,ro ${dir}`];
}

async function makeTarball(): Promise<void> {
  if (existsSync(TARBALL)) return;
  const root = new ScratchRoot(await mkdtemp(join(CACHE, 'new-')));
  try {
    await run('debootstrap', ['--variant=minbase', SUITE, root.dir, await archive()], { maxBuffer: 2 ** 26 });
    await root.must(['apt-get', 'clean']);
    await root.must([...APT_INSTALL, '--download-only', ...AT_HAND]);
    await run('tar', ['-C', root.dir, '-cf', `${TARBALL}.new`, '.']);
    await rename(`${TARBALL}.new`, TARBALL);
  } finally {
    await root.remove();
  }
}

/** That from which this machine installs. */
async function archive(): Promise<string> {
  const { stdout } = await run('apt-get', ['indextargets', '--format', '$(SITE)', 'Created-By: Packages']);
  return stdout.split('\n').find((site) => /debian\/?$/.test(site)) ?? 'http://deb.debian.org/debian';
}

if (process.argv[1] === import.meta.filename) await makeTarball();
