import { execFile, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '#model/reading';
import { commandsFor, type DocCommand, TASK_PAGES } from '../kit/docs.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { Machine, machineTrouble } from '../kit/machine.ts';
import { because } from '../kit/scratch-root.ts';
import { scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { addressOf } from '../kit/sim-wire.ts';
import { until } from '../kit/until.ts';

/*
 * The life of an installation without Docker, on a machine with systemd: installed from the package of the commit
 * before, configured, started, backed up, upgraded, killed, restored on another machine, removed, purged. All that was
 * said stands in test/out/deb.log.
 */

const REPOSITORY = join(import.meta.dirname, '../..');
const LOG = join(REPOSITORY, 'test/out/deb.log');
const WITHIN = 600_000;
const PASSWORD = 'night-shift-at-ward-7';
const POINT = 'fridge-1.upper-temp';
const SECRET = 'p#ss $word';

const run = promisify(execFile);
const INSTALL = 'apt-get install -y -q -o Dpkg::Use-Pty=0 --no-install-recommends';

const trouble = await machineTrouble();
/** Not in a shallow clone. */
const hasParent =
  spawnSync('git', ['-C', REPOSITORY, 'rev-parse', '--quiet', '--verify', 'HEAD~1']).status === 0;

describe.skipIf(trouble !== undefined)(`the Debian package${because(trouble)}`, { timeout: WITHIN }, () => {
  let packages: string;
  let [previous, current] = ['', ''];
  let machine: Machine;
  let fridge: Awaited<ReturnType<typeof startSimulation>>;
  let [http, mqtt] = [0, 0];
  let kept: readonly Reading[] = [];

  beforeAll(async () => {
    mkdirSync(join(REPOSITORY, 'test/out'), { recursive: true });
    rmSync(LOG, { force: true });
    packages = mkdtempSync(join(tmpdir(), 'hygate-deb-'));
    fridge = await startSimulation(scenarioOf('devices: [{ id: fridge-1, area: a, driver: modbus-fridge }]'));
    [http, mqtt] = [await freePort(), await freePort()];
    const building = packageOf();
    const before = hasParent ? packageOf('--commit', 'HEAD~1') : building;
    [previous, current] = await Promise.all([before, building]);
    machine = await newMachine();
  }, WITHIN);

  afterAll(async () => {
    await machine?.shutDown();
    await fridge?.end();
    rmSync(packages, { recursive: true, force: true });
  }, WITHIN);

  test('installs the service enabled, and without a site it waits instead of failing', async () => {
    await machine.must(`${INSTALL} /root/${previous}`);
    expect(await machine.must('systemctl is-enabled hygate')).toBe('enabled');
    await machine.must('systemctl start hygate');
    expect((await machine.run('systemctl is-active hygate')).output).toBe('inactive\n');
    expect(await machine.must('systemctl is-system-running')).toBe('running');
    expect(await machine.must('stat -c "%a %U:%G" /etc/hygate /var/lib/hygate')).toBe(
      '2750 root:hygate\n700 hygate:hygate',
    );
    await machine.must('dpkg --verify hygate');
    // Compiled ahead, and the service can read it.
    const asService = 'setpriv --reuid hygate --regid hygate --clear-groups';
    const compiled = await machine.must(
      `cd / && ${asService} find /var/cache/hygate -type f -readable | wc -l`,
    );
    expect(compiled).toBe(await machine.must('find /var/cache/hygate -type f | wc -l'));
    expect(Number(compiled)).toBeGreaterThan(1000);
  });

  test('starts with its site, tells a one-time password, and has the first readings on disk', async () => {
    // However root's umask is: the service can read it, nobody else can.
    write('/etc/hygate/site.yaml', site(), 0o600);
    write('/etc/hygate/site.env', `BOX_PASSWORD='${SECRET}'\n`, 0o600);
    await machine.must('hygate check /etc/hygate/site.yaml');
    await machine.must('systemctl start hygate');
    const oneTime = await patiently('the one-time password is told', async () => {
      const { output } = await machine.ask('journalctl -u hygate -o cat');
      return /one-time password: (\S+)/.exec(output)?.[1];
    });
    const admin = await HygateClient.first(page(), oneTime, PASSWORD);
    await patiently('a first good reading', async () => (await readings(admin)).length > 0);
    await machine.must('hygate verify /var/lib/hygate');
  });

  test('runs confined: no rights, no secrets in its environment, nothing to write to but its records', async () => {
    const pid = await machine.must('systemctl show --property=MainPID --value hygate');
    const status = await machine.must(`cat /proc/${pid}/status`);
    expect(status).toMatch(/^CapBnd:\s+0000000000000000$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(await machine.must(`tr '\\0' '\\n' < /proc/${pid}/environ`)).not.toContain(SECRET);
    for (const folder of ['/usr', '/etc/hygate', '/var/cache/hygate', '/root']) {
      const { output } = await machine.run(`nsenter -t ${pid} -m touch ${folder}/x`);
      expect(output).toMatch(/Read-only file system|No such file/);
    }
    const exposure = await machine.must('systemd-analyze security --no-pager hygate | tail -1');
    expect(Number(/: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(3);
  });

  test('is backed up while it runs', async () => {
    kept = await readings(await login());
    expect(kept.length).toBeGreaterThan(0);
    await machine.must('hygate backup /var/lib/hygate /root/backup');
    await machine.must('hygate verify /root/backup');
  });

  test.skipIf(!hasParent)(
    'is upgraded from the commit before: site, secrets, users, readings stay; the stop is a gap with a cause',
    async () => {
      const before = await machine.must('sha256sum /etc/hygate/*');
      const stopped = Date.now();
      await machine.must(`${INSTALL} /root/${current}`);
      expect(await machine.must('dpkg-query --show hygate')).toBe(`hygate\t${versionIn(current)}`);
      expect(await machine.must('sha256sum /etc/hygate/*')).toBe(before);
      const admin = await patiently('it serves again', () => login().catch(() => undefined));
      await patiently('it reads on', async () => (await readings(admin)).some(({ at }) => at > stopped));
      expect(await readings(admin)).toEqual(expect.arrayContaining([...kept]));
      const { totals } = await admin.get<{ totals: { missing: Record<string, number> } }>(
        `/api/v1/ledger?point=${POINT}`,
      );
      expect(totals.missing['gateway-stopped']).toBeGreaterThan(0);
    },
  );

  test('comes back when it is killed', async () => {
    const pid = async () =>
      (await machine.ask('systemctl show --property=MainPID --value hygate')).output.trim();
    const killed = await pid();
    await machine.must(`kill -9 ${killed}`);
    await patiently('systemd has started it again', async () => !['0', killed].includes(await pid()));
    await patiently('it serves again', () => login().catch(() => undefined));
  });

  test.skipIf(!hasParent)('goes back to the version before: site, secrets and records stay', async () => {
    const before = await machine.must('sha256sum /etc/hygate/*');
    await machine.must(`${INSTALL} --allow-downgrades /root/${previous}`);
    expect(await machine.must('dpkg-query --show hygate')).toBe(`hygate\t${versionIn(previous)}`);
    expect(await machine.must('sha256sum /etc/hygate/*')).toBe(before);
    await machine.must('ls /var/lib/hygate/journal');
  });

  test('removed, it leaves site and records; installed again, it goes on', async () => {
    await machine.must('apt-get remove -y hygate');
    expect((await machine.run('systemctl is-active hygate')).output).toBe('inactive\n');
    await machine.must('ls /etc/hygate/site.yaml /var/lib/hygate/journal');
    expect((await machine.run('ls /usr/lib/hygate /usr/bin/hygate /var/cache/hygate')).code).not.toBe(0);
    // What stands on the page: the new version looks at the site file before it is installed.
    await machine.must(`dpkg-deb --extract /root/${current} /var/tmp/next`);
    const check = '/var/tmp/next/usr/bin/hygate check /etc/hygate/site.yaml';
    expect(await machine.must(check)).toContain('good. 1 area, 2 devices');
    write('/etc/hygate/site.yaml', `${site()}colour: red\n`, 0o600);
    expect(await machine.run(check)).toMatchObject({ code: 1 });
    await machine.must('rm -r /var/tmp/next');
    // Installed all the same it says so, where whoever installs it reads.
    const said = await machine.must(`${INSTALL} /root/${current}`);
    expect(said).toMatch(/there is no key "colour"[\s\S]*NOTHING IS WATCHED/);
    write('/etc/hygate/site.yaml', site(), 0o600);
    await patiently('it serves again', () => login().catch(() => undefined));
  });

  test('purged, it leaves the records alone, and says so', async () => {
    const said = await machine.must('apt-get purge -y hygate');
    expect(said).toContain('the records in /var/lib/hygate are kept');
    const left = await machine.must(
      'find / -xdev -name "*hygate*" -not -path "/root/*" -not -path "/proc/*"',
    );
    expect(left.split('\n').filter((path) => !path.startsWith('/var/lib/hygate/'))).toEqual([
      '/var/lib/hygate',
    ]);
    expect(await machine.must('systemctl is-system-running')).toBe('running');
  });

  test('goes on from its backup on another machine', async () => {
    const backup = join(packages, 'backup');
    cpSync(machine.root.path('/root/backup'), backup, { recursive: true });
    await machine.shutDown();
    machine = await newMachine();
    cpSync(backup, machine.root.path('/root/backup'), { recursive: true });
    await machine.must(`${INSTALL} /root/${current}`);
    await machine.must('hygate restore /root/backup /var/lib/hygate');
    write('/etc/hygate/site.yaml', site(), 0o600);
    write('/etc/hygate/site.env', `BOX_PASSWORD='${SECRET}'\n`, 0o600);
    await machine.must('systemctl start hygate');
    const admin = await patiently('it serves', () => login().catch(() => undefined));
    expect(await readings(admin)).toEqual(expect.arrayContaining([...kept]));
    await machine.must('hygate verify /var/lib/hygate');
    await machine.must('hygate audit /var/lib/hygate');
  });

  test('does what the pages tell their reader to do where it is installed', async () => {
    const reader = await Machine.boot({ say: note, network: 'own' });
    try {
      copyFileSync(join(packages, current), reader.root.path(`/root/${current}`));
      const install = commandsFor(TASK_PAGES['install without Docker'], 'root');
      const removal = install.findIndex(({ command }) => command.includes('remove'));
      const others = Object.values(TASK_PAGES).filter(
        (page) => page !== TASK_PAGES['install without Docker'],
      );
      const between = others.filter(isWritten).flatMap((page) => commandsFor(page, 'root'));
      const done = async (commands: readonly DocCommand[]) => {
        for (const { command, exits, where } of commands)
          expect(await reader.run(command), where).toMatchObject({ code: exits });
      };
      await done(install.slice(0, removal));
      // Who reads on does so when the gateway has begun.
      const journal = 'ls /var/lib/hygate/journal/segment*';
      await patiently('a journal', async () => (await reader.ask(journal)).code === 0);
      await done([...between, ...install.slice(removal)]);
    } finally {
      await reader.shutDown();
    }
  });

  async function newMachine(): Promise<Machine> {
    const booted = await Machine.boot({ say: note, network: 'shared' });
    for (const name of [previous, current])
      copyFileSync(join(packages, name), booted.root.path(`/root/${name}`));
    return booted;
  }

  /** Its file name. Nothing is compressed: it is installed at once and thrown away. */
  async function packageOf(...options: readonly string[]): Promise<string> {
    const script = join(REPOSITORY, 'gateway/install/package.ts');
    const args = [script, '--out', packages, '--compression', 'none', ...options];
    const { stdout } = await run(process.execPath, args);
    note(`$ npm run package -- ${options.join(' ')}\n${stdout}`);
    return basename(stdout.split(': ')[0] ?? '');
  }

  const page = () => `http://127.0.0.1:${http}`;
  const login = () => HygateClient.login(page(), PASSWORD);

  const readings = async (admin: HygateClient): Promise<readonly Reading[]> => {
    const path = `/api/v1/readings?point=${POINT}&limit=10000`;
    const { readings } = await admin.get<{ readings: Reading[] }>(path);
    return readings.filter(({ quality }) => quality === 'good');
  };

  function write(path: string, text: string, mode: number): void {
    writeFileSync(machine.root.path(path), text);
    chmodSync(machine.root.path(path), mode);
  }

  const site = () => {
    const { port, unit } = addressOf(fridge.simulation, 'fridge-1');
    return `
site: { id: ward, name: 病区, time-zone: Asia/Shanghai }
listen: { mqtt: 127.0.0.1:${mqtt}, http: 127.0.0.1:${http} }
areas: [{ id: vaccine, name: 疫苗, kind: cold-chain }]
devices:
  - { id: fridge-1, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://127.0.0.1:${port}?unit=${unit}", every: 1s }
  - { id: box-1, area: vaccine, driver: mqtt-logger, every: 1m, login: { password: "\${BOX_PASSWORD}" } }
`;
  };
});

/** A loaded machine starts a service in its own time. */
const patiently: typeof until = (what, ask) => until(what, ask, WITHIN);

const isWritten = (page: string): boolean => existsSync(join(REPOSITORY, page));

const versionIn = (name: string): string => name.split('_')[1] ?? '';

function note(text: string): void {
  appendFileSync(LOG, `${text.trimEnd().replaceAll(/one-time password: \S+/g, 'one-time password: …')}\n`);
}
