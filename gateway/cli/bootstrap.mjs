/*
 * What must run before anything is installed: plain JavaScript for the machine's own Node (20 or newer), built-ins
 * only. Brings the packages in, builds the page when its sources changed, finds the Node that the package brings.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The new generation of V8's heap, MiB, in each thread: the default of 16 is for servers with memory to spare. */
export const NODE_FLAGS = ['--max-semi-space-size=4'];

/** Small boxes have little memory and slow cores; what the user sets goes before. */
export const ENVIRONMENT = {
  // No thread strips types or compiles a second time. Below node_modules it belongs to whoever installed.
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/hygate'),
  // glibc gives each thread a heap of its own and hardly takes it back.
  MALLOC_ARENA_MAX: '2',
  // Its own default, but fixed: else it grows by what the start frees, and freed memory is kept from then on.
  MALLOC_TRIM_THRESHOLD_: '131072',
};

const NODE_WANTED = 26;
const WEB = join(ROOT, 'gateway/web');
const BUILT = join(WEB, 'dist');
const STAMP = join(BUILT, '.built-from');

/** Ends the program with one sentence that says what to do. */
export function fail(sentence) {
  console.error(`hygate: ${sentence}`);
  process.exit(1);
}

/** Installs the packages when they are missing or older than the lock file. Returns true when it did. */
export function install() {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  const locked = statSync(join(ROOT, 'package-lock.json')).mtimeMs;
  if (existsSync(installed) && statSync(installed).mtimeMs >= locked) return false;
  console.error('hygate: installing packages and building the page (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) fail('npm ci failed, see above; is the npm registry reachable from this machine?');
  return true;
}

/** The Node that the lock file pins for this machine, or the running one where it is new enough. */
export function nodeBinary() {
  const own = join(ROOT, 'node_modules/.bin/node');
  if (existsSync(own)) return own;
  if (Number.parseInt(process.versions.node, 10) >= NODE_WANTED) return process.execPath;
  return fail(
    `Node ${NODE_WANTED} is needed; the package brings it for Linux on x64 and arm64 only. ` +
      `Install Node ${NODE_WANTED} on this machine (it runs ${process.version}).`,
  );
}

/** Builds the page when a source of it changed since the last build. Returns true when it did. */
export function buildPage() {
  const sources = fingerprint();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return false;
  console.error('hygate: building the page …');
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', '--config', join(WEB, 'vite.config.ts'), '--logLevel', 'warn'];
  const { status } = spawnSync(nodeBinary(), args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    // Started from a test, it would make another page.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status !== 0) fail('the page could not be built, see above');
  writeFileSync(STAMP, sources);
  return true;
}

function fingerprint() {
  const hash = createHash('sha256');
  const files = [
    ...filesBelow(WEB),
    ...filesBelow(join(ROOT, 'gateway/model')),
    join(ROOT, 'package-lock.json'),
  ];
  for (const file of files) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => join(folder, entry.name) !== BUILT)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}
