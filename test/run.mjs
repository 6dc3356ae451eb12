/*
 * `npm test`: everything from a fresh clone, closed by one line `N passed, N failed, N skipped`. On Debian as root it
 * also installs the real servers and clients that the tests talk to; elsewhere it names what it therefore skips.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage, install, nodeBinary, ROOT } from '../gateway/cli/bootstrap.mjs';

/** Debian package → a file that shows that it is there. */
const PEERS = {
  influxdb: '/usr/bin/influxd',
  'victoria-metrics': '/usr/bin/victoria-metrics',
  mosquitto: '/usr/sbin/mosquitto',
  'mosquitto-clients': '/usr/bin/mosquitto_pub',
  mbpoll: '/usr/bin/mbpoll',
  'python3-pymodbus': '/usr/lib/python3/dist-packages/pymodbus/__init__.py',
  socat: '/usr/bin/socat',
  chromium: '/usr/bin/chromium',
  openssl: '/usr/bin/openssl',
  curl: '/usr/bin/curl',
  // Sets the clock of a process while it runs.
  faketime: '/usr/bin/faketime',
  // The scratch root in which the Debian package is installed and the steps of the image run.
  debootstrap: '/usr/sbin/debootstrap',
  systemd: '/usr/bin/systemd-analyze',
  'systemd-container': '/usr/bin/systemd-nspawn',
  'docker-compose': '/usr/bin/docker-compose',
  // For the disk that fails: test/kit/disk-faults.c.
  gcc: '/usr/bin/gcc',
  'libc6-dev': '/usr/include/stdlib.h',
  // Without it the page's Chinese is drawn as empty boxes.
  'fonts-noto-cjk': '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
};

/** Git reads a clone that another user owns only when it is told to. */
const TRUSTING = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.directory',
  GIT_CONFIG_VALUE_0: ROOT,
};

const OUT = join(ROOT, 'test/out');
const REPORT = join(OUT, 'vitest.json');
const tally = { passed: 0, failed: 0, skipped: 0 };

installPeers();
install();
buildPage();
mkdirSync(OUT, { recursive: true });
rmSync(REPORT, { force: true });
check('format and lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--reporter=summary', '.']);
check('types', 'node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
suites();
console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
process.exit(tally.failed === 0 ? 0 : 1);

function installPeers() {
  const missing = Object.keys(PEERS).filter((name) => !existsSync(PEERS[name]));
  if (missing.length === 0) return;
  const debian = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (!debian) {
    console.log(`Not Debian as root: tests that need ${missing.join(', ')} are skipped.`);
    return;
  }
  console.log(`Installing test peers: ${missing.join(', ')} …`);
  withoutServices(() => {
    apt(['update', '-qq']);
    apt(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
  });
}

/** Debian would start the servers that it installs, on the very ports that a gateway wants. */
function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (ours) rmSync(policy);
  }
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  if (status !== 0) console.log(`apt-get ${args.join(' ')} failed; what it should bring is skipped.`);
}

/** The name of a skipped test says why it was. */
function skippedOf(report) {
  return (report?.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'pending' || status === 'skipped')
    .map(({ fullName }) => fullName);
}

function run(script, args) {
  return spawnSync(nodeBinary(), [join(ROOT, script), ...args], {
    cwd: ROOT,
    env: { ...process.env, ...TRUSTING },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}

function check(name, script, args) {
  const passed = run(script, args).status === 0;
  console.log(`${passed ? '✓' : '✗'} ${name}`);
  tally[passed ? 'passed' : 'failed'] += 1;
}

function suites() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${REPORT}`];
  const { status } = run('node_modules/vitest/vitest.mjs', [
    'run',
    '--config',
    'test/vitest.config.ts',
    ...reporters,
  ]);
  const report = existsSync(REPORT) ? JSON.parse(readFileSync(REPORT, 'utf8')) : null;
  tally.passed += report?.numPassedTests ?? 0;
  tally.failed += report?.numFailedTests ?? 0;
  tally.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  for (const name of skippedOf(report)) console.log(`skipped: ${name}`);
  // A suite that could not even be loaded has no failed test: the exit code tells.
  if (status !== 0 && (report?.numFailedTests ?? 0) === 0)
    tally.failed += Math.max(1, report?.numFailedTestSuites ?? 1);
}
