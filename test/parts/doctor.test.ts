import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { HOUR, realClock } from '#model/time';
import { lookAtJournal } from '../../gateway/cli/examinations/journal-look.ts';
import { FakeTime } from '../faults/fake-time.ts';
import { type Clinic, certificateFor, choosePassword, startClinic, told } from '../kit/doctor-stage.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { without } from '../kit/peers.ts';
import { SmallDisk } from '../kit/small-disk.ts';
import { startMailServer } from '../kit/smtp.ts';
import { until } from '../kit/until.ts';

describe.skipIf(without('influxd', 'openssl', 'faketime'))('the doctor', () => {
  let clinic: Clinic;
  let gateway: HygateProcess;
  let dead: number;

  const path = process.env['PATH'] ?? '';

  /** What the machine's clock is kept by is the machine's affair: here the clinic's box says so. */
  const keepClock = async (kept: 'yes' | 'no') => {
    const file = join(clinic.dir, 'timedatectl');
    await writeFile(file, `#!/bin/sh\necho ${kept}\n`, { mode: 0o755 });
    process.env['PATH'] = `${clinic.dir}:${path}`;
  };

  beforeAll(async () => {
    clinic = await startClinic();
    await keepClock('yes');
    gateway = await clinic.run();
    dead = await freePort();
  }, 120_000);
  afterAll(async () => {
    process.env['PATH'] = path;
    await gateway?.stop();
    await clinic?.close();
  });

  /** When the fridge has been read: a machine that is too busy to simulate it is not the clinic's fault. */
  const calm = (...wish: Parameters<Clinic['examine']>) =>
    until('the fridge is read', async () => {
      const found = await clinic.examine(...wish);
      return found.every(({ code }) => code !== 'device-silent') && found;
    });

  /** As a person runs it, who sees words and an exit code. */
  const finish = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
    const hygate = new HygateProcess(['doctor', clinic.file, '--data', clinic.dataDir, ...args], { env });
    const { code } = await hygate.exited;
    return { code, output: hygate.output };
  };

  describe('of a gateway that runs', () => {
    test('finds a one-time password that nobody changed, as long as that is so, and then nothing', async () => {
      const found = await calm();
      expect(told(found)).toEqual([
        'warning password-unchanged: log-in: admin never changed the one-time password',
      ]);
      await choosePassword(gateway, clinic.places);
      await calm();
      expect(await finish(['--language', 'en'])).toEqual({ code: 0, output: 'Nothing is wrong.\n' });
    });

    test('says so in Chinese to a Chinese machine', async () => {
      expect(await finish([], { LC_ALL: '', LANG: 'zh_CN.UTF-8' })).toEqual({
        code: 0,
        output: '一切正常。\n',
      });
    });

    test('finds channels, a heartbeat and a page that do not answer, and sends nothing', async () => {
      const sent = clinic.hook.received.length;
      const found = await calm((site) =>
        site
          .replace(/channels: \{ webhook.*/, `channels: { webhook: { url: "http://127.0.0.1:${dead}/x" } }`)
          .replace(/heartbeat: .*/, 'heartbeat: { url: "http://no-such-host.invalid/beat" }')
          .replace(/page-url: .*/, `page-url: http://127.0.0.1:${dead}`),
      );
      expect(told(found)).toEqual([
        expect.stringMatching(/^fault channel-unreachable: channel webhook: 127\.0\.0\.1:\d+ .*ECONNREFUSED/),
        expect.stringMatching(
          /^warning heartbeat-unreachable: .*no-such-host\.invalid:80 .*(ENOTFOUND|EAI_AGAIN)/,
        ),
        expect.stringMatching(/^warning page-unreachable: the page: .*ECONNREFUSED/),
      ]);
      const messages = clinic.hook.received.slice(sent).filter(({ body }) => 'event' in body);
      expect(messages).toEqual([]);
    });

    test('finds a mail server that refuses the password, and sends no mail', async () => {
      const server = await startMailServer({
        ...{ authOptional: false, allowInsecureAuth: true },
        onAuth({ username, password }, _session, done) {
          if (password === 'right') return done(null, { user: username ?? '' });
          return done(Object.assign(new Error('5.7.8 authentication failed'), { responseCode: 535 }));
        },
      });
      onTestFinished(() => server.close());
      const withPassword = (password: string) => (site: string) =>
        site
          .replace(
            /channels: \{ webhook.*/,
            `channels: { email: { host: 127.0.0.1, port: ${server.port}, security: plain, user: alarm, password: ${password}, from: a@b } }`,
          )
          .replaceAll('channels: [webhook]', 'channels: [email], email: li@clinic.example');
      expect(told(await calm(withPassword('wrong')))).toEqual([
        expect.stringMatching(/^fault channel-refused: channel email: .*authentication failed/),
      ]);
      expect(told(await calm(withPassword('right')))).toEqual([]);
      expect(server.received).toEqual([]);
    });

    test('finds an InfluxDB that refuses the password, that lacks the database, that is away', async () => {
      const refused = await calm((site) => site.replace('p,a s=s', 'another'));
      expect(told(refused)).toEqual([expect.stringMatching(/^fault influx-refused: InfluxDB: .*401/)]);
      const storeless = await calm((site) => site.replace('database: "hy gate"', 'database: nowhere'));
      expect(told(storeless)).toEqual(['fault influx-storeless: InfluxDB: it has no database nowhere']);
      const away = await calm((site) => site.replace(clinic.places.influx, `http://127.0.0.1:${dead}`));
      expect(told(away)).toEqual([expect.stringMatching(/^fault influx-away: .*ECONNREFUSED/)]);
    });

    test('finds a clock that no time server keeps', async () => {
      await keepClock('no');
      onTestFinished(() => keepClock('yes'));
      expect(told(await calm())).toEqual(['warning clock-unkept: clock: no time server keeps it']);
    });

    test('finds a calibration that is over and a certificate that ends', async () => {
      const server = createServer(certificateFor(3, clinic.dir), (_request, response) => response.end('ok'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      const { port } = server.address() as AddressInfo;
      const found = await calm((site) =>
        site
          .replace('every: 1s,', 'every: 1s, calibration: { due: 2026-01-31, certificate: C-1 },')
          .replace(/heartbeat: .*/, `heartbeat: { url: "https://127.0.0.1:${port}/beat" }`),
      );
      expect(told(found)).toEqual([
        expect.stringMatching(
          /^warning certificate-expiring: certificate of the heartbeat: it expires on \d{4}-/,
        ),
        'warning calibration-expired: calibration of Vaccine refrigerator (Modbus) fridge-1: it expired on 2026-01-31',
      ]);
    });

    test('says that nobody is told when there are no routes, and what check says of a good file', async () => {
      const found = await calm((site) =>
        site.replace(/routes: .*/, '').replace(', time-zone: Asia/Shanghai', ''),
      );
      expect(told(found)).toContainEqual('warning nobody-told: messages: nobody is told of any alarm');
      expect(told(found)).toContainEqual(expect.stringMatching(/^warning site-hint: .*3 named people/));
    });

    test('asks the gateway about its devices and leaves their wires alone', async () => {
      let knocks = 0;
      const wire = createTcpServer(() => {
        knocks += 1;
      });
      await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void wire.close());
      const { port } = wire.address() as AddressInfo;
      const elsewhere = (site: string) => site.replace(`:${clinic.places.fridge}?`, `:${port}?`);
      expect(told(await calm(elsewhere))).toEqual([]);
      await clinic.simulation.fault('fridge-1', 'refuse');
      onTestFinished(() => clinic.simulation.clear('fridge-1', 'refuse'));
      const found = await until('the gateway has noticed', async () => {
        const findings = await clinic.examine(elsewhere);
        return findings.some(({ code }) => code === 'device-silent') && findings;
      });
      expect(told(found)).toContainEqual(
        expect.stringMatching(/^fault device-silent: fridge-1: does not answer, comm-(timeout|refused)$/),
      );
      expect(knocks).toBe(0);
    });

    test('finds a device that stands in the site file since the gateway was started', async () => {
      const fridge2 = `  - { id: fridge-2, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://127.0.0.1:${dead}?unit=1" }`;
      const found = await calm((site) => site.replace('people:', `${fridge2}\npeople:`));
      expect(told(found)).toContain('fault device-unread: fridge-2: the gateway that runs does not read it');
    });

    test('finds that the gateway works on another data folder, or at another address', async () => {
      const other = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
      onTestFinished(() => rm(other, { recursive: true }));
      expect(told(await calm(undefined, { dataDir: other }))).toContainEqual(
        expect.stringMatching(/^warning data-elsewhere: data folder: the gateway at \S+ does not use/),
      );
      await clinic.simulation.fault('fridge-1', 'refuse');
      onTestFinished(() => clinic.simulation.clear('fridge-1', 'refuse'));
      await until('its devices are told of all the same', async () =>
        told(await clinic.examine(undefined, { dataDir: other })).includes(
          'fault device-silent: fridge-1: does not answer',
        ),
      );
      const url = `http://127.0.0.1:${dead}`;
      expect(told(await calm(undefined, { url }))).toContainEqual(
        expect.stringMatching(/^fault page-silent: gateway: it runs on .*, but nothing answers/),
      );
    });
  });

  describe('of a gateway that is stopped', () => {
    beforeAll(async () => {
      await gateway.stop();
    });

    test('says first that nothing is watched, and reads the devices itself', async () => {
      const found = await clinic.examine((site) => site.replace(`:${clinic.places.fridge}?`, `:${dead}?`));
      expect(told(found)).toEqual([
        expect.stringMatching(/^fault gateway-stopped: .*nothing is watched and nobody is called/),
        expect.stringMatching(/^fault device-unreadable: fridge-1: cannot be read .*nothing listens there/),
      ]);
    });

    test('finds a driver whose registers the device does not have', async () => {
      const found = await clinic.examine((site) =>
        site.replace('modbus-fridge', 'cold-room-controller').replace(', limits: vaccine-storage/fridge', ''),
      );
      expect(told(found)).toContainEqual(
        expect.stringMatching(/^warning point-bad: fridge-1\.\S+: .*\(device-exception\)/),
      );
    });

    test('finds a serial port that is not there', async () => {
      const found = await clinic.examine((site) =>
        site.replace(/modbus-tcp:[^"]*/, 'modbus-rtu:///dev/ttyNOT?baud=9600&parity=even&unit=1'),
      );
      expect(told(found)).toContainEqual(
        expect.stringMatching(/^fault device-unreadable: fridge-1: .*\/dev\/ttyNOT: ENOENT/),
      );
    });

    test('finds a port that another program has', async () => {
      const server = createTcpServer().listen(clinic.places.mqtt, '127.0.0.1');
      onTestFinished(() => void server.close());
      expect(told(await clinic.examine())).toContainEqual(
        expect.stringMatching(/^fault gateway-unstartable: .*in use by another program/),
      );
    });

    test('finds a data folder that others may read, and one that a newer version wrote', async () => {
      const dataDir = join(clinic.dir, 'copy');
      await cp(clinic.dataDir, dataDir, { recursive: true });
      await chmod(dataDir, 0o755);
      expect(told(await clinic.examine(undefined, { dataDir }))).toContainEqual(
        expect.stringMatching(/^warning data-open: .*others on this machine may read .*\(755\)/),
      );
      await writeFile(join(dataDir, 'version.json'), '{"data":99,"hygate":"9.9.9"}\n');
      expect(told(await clinic.examine(undefined, { dataDir }))).toContainEqual(
        expect.stringMatching(/^fault data-newer: .*9\.9\.9/),
      );
    });

    test('finds users who cannot be read', async () => {
      const dataDir = join(clinic.dir, 'users');
      await mkdir(dataDir, { mode: 0o700 });
      await writeFile(join(dataDir, 'users.sqlite'), 'rubble '.repeat(1000));
      expect(told(await clinic.examine(undefined, { dataDir }))).toContainEqual(
        expect.stringMatching(/^fault users-unreadable: log-in: .*not a database/),
      );
    });

    test('finds a clock that stands behind what was recorded, and one that cannot be', async () => {
      const time = new FakeTime(join(clinic.dir, 'time'));
      time.set(-86_400_000);
      const behind = await finish(['--json'], time.env);
      expect(behind.code).toBe(2);
      expect(JSON.parse(behind.output).findings).toContainEqual(
        expect.objectContaining({ gravity: 'fault', code: 'clock-behind' }),
      );
      time.set(-40 * 365 * 86_400_000);
      const impossible = await finish(['--language', 'en'], time.env);
      expect(impossible.output).toMatch(/^FAULT {3}clock: it shows 19\d\d-.*which cannot be\./m);
    });

    test('finds who is behind the journal, and for how long', async () => {
      await writeFile(join(clinic.dataDir, 'journal', 'cursor-influx'), '0\n');
      // Counts alarms, as versions before left it here: nobody's place in the journal.
      await writeFile(join(clinic.dataDir, 'journal', 'cursor-influx-alarms'), '1\n');
      const { firstAt } = lookAtJournal(clinic.dataDir, 0, []);
      const time = new FakeTime(join(clinic.dir, 'later'));
      time.set((firstAt ?? 0) + 26 * HOUR - realClock.wall());
      const { output } = await finish(['--language', 'en'], time.env);
      expect(output).toMatch(
        /^FAULT {3}backlog of influx: \d+ rows are not taken, the oldest for 26\.0 h\./m,
      );
      expect(output).not.toMatch(/influx-alarms/);
    });

    test('finds a disk that is full, and one that is read-only', async ({ skip }) => {
      const disk = SmallDisk.mount(join(clinic.dir, 'disk'), 8);
      if (disk === undefined) return skip('nothing may be mounted here');
      onTestFinished(() => disk.unmount());
      const dataDir = join(disk.dir, 'data');
      await mkdir(dataDir, { mode: 0o700 });
      disk.fill(0);
      expect(told(await clinic.examine(undefined, { dataDir }))).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^fault disk-unwritable: disk: .*ENOSPC/),
          expect.stringMatching(/^fault disk-full: disk: full \(0 MiB free\)/),
        ]),
      );
      disk.empty();
      execFileSync('mount', ['-o', 'remount,ro', disk.dir]);
      expect(told(await clinic.examine(undefined, { dataDir }))).toContainEqual(
        expect.stringMatching(/^fault disk-unwritable: disk: .*EROFS/),
      );
    });

    test('says each mistake of a site file, and nothing else', async () => {
      const found = await clinic.examine((site) => site.replace('modbus-fridge', 'modbus-frigde'));
      expect(told(found).join('\n')).toMatch(/site-file: .*did you mean "modbus-fridge"\?/);
      expect(new Set(found.map(({ code }) => code))).toEqual(new Set(['site-file']));
    });
  });
});
