import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '#model/log';
import type { Site } from '#model/site';
import { DAY, HOUR, MINUTE, realClock } from '#model/time';
import { isClockKept } from '../../gateway/watch/clock-sync.ts';
import { certificatesOf } from '../../gateway/watch/expiry.ts';
import { SelfWatch, type SelfWatchOptions } from '../../gateway/watch/self-watch.ts';
import { alarmSite } from '../kit/alarms-site.ts';
import { HandClock } from '../kit/hand-clock.ts';
import { peerPath, without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hygate-watch-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A certificate of that many days from now. */
async function certificate(days: number): Promise<{ key: string; cert: string }> {
  const dir = await folder();
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost'];
  const files = ['-keyout', key, '-out', cert, '-days', String(days)];
  execFileSync(peerPath('openssl'), [...request, ...files], { stdio: 'ignore' });
  return { key, cert };
}

const site = (over: Partial<Site> = {}): Site => ({ ...alarmSite({ rules: [] }), ...over });

async function watch(over: Partial<SelfWatchOptions>) {
  const clock = new HandClock(Date.UTC(2026, 0, 5));
  const told = new Map<string, boolean>();
  const part = new SelfWatch({
    ...{ site: site(), clock, log: silentLog, head: () => 0, cursors: async () => new Map() },
    clockKept: async () => undefined,
    report: (condition, holds, subject) =>
      void told.set(subject === undefined ? condition : `${condition} ${subject.id}`, holds),
    ...over,
  });
  await part.start();
  onTestFinished(() => part.stop());
  return { clock, told };
}

test('a calibration is told thirty days before its end, by device', async () => {
  const [device] = site().devices;
  if (device === undefined) throw new Error('no device');
  const due = (days: number) => ({ due: Date.UTC(2026, 0, 5) + days * DAY, certificate: 'c' });
  const devices = [
    ...[
      { ...device, id: 'near', calibration: due(29) },
      { ...device, id: 'far', calibration: due(31) },
    ],
    { ...device, id: 'unknown' },
  ];
  const { clock, told } = await watch({ site: site({ devices }) });
  await until('the first look', () => told.has('calibration-due far'));
  expect([...told].filter(([what]) => what.startsWith('calibration'))).toEqual([
    ['calibration-due near', true],
    ['calibration-due far', false],
  ]);
  for (let hours = 0; hours < 36; hours++) await clock.advance(HOUR);
  await until('the look of the next day', () => told.get('calibration-due far') === true);
});

test('a consumer that stands still while the journal grows is told', async () => {
  let head = 0;
  const { clock, told } = await watch({
    head: () => head,
    cursors: async () =>
      new Map([
        ['influx', 5],
        ['alarms', head],
      ]),
  });
  for (let minute = 0; minute < 12; minute++) {
    head += 10;
    await clock.advance(MINUTE);
  }
  await until('it is told', () => told.get('backlog influx') === true);
  expect(told.get('backlog alarms')).toBe(false);
});

test('a clock that no server keeps is told after an hour, one that nobody knows of never', async () => {
  let kept: boolean | undefined;
  const { clock, told } = await watch({ clockKept: async () => kept });
  for (let minute = 0; minute < 90; minute++) await clock.advance(MINUTE);
  expect(told.get('clock-unsure')).toBe(false);
  kept = false;
  for (let minute = 0; minute < 59; minute++) await clock.advance(MINUTE);
  expect(told.get('clock-unsure')).toBe(false);
  for (let minute = 0; minute < 12; minute++) await clock.advance(MINUTE);
  expect(told.get('clock-unsure')).toBe(true);
  kept = true;
  for (let minute = 0; minute < 11; minute++) await clock.advance(MINUTE);
  expect(told.get('clock-unsure')).toBe(false);
});

test('what systemd says of the clock is read, and silence is silence', async () => {
  const dir = await folder();
  const says = async (answer: string) => {
    const command = join(dir, `says-${answer}`);
    await writeFile(command, `#!/bin/sh\necho ${answer}\n`, { mode: 0o755 });
    return isClockKept(command);
  };
  expect([await says('yes'), await says('no'), await says('perhaps')]).toEqual([true, false, undefined]);
  expect(await isClockKept(join(dir, 'nothing'))).toBeUndefined();
});

describe.skipIf(without('openssl'))('certificates', () => {
  test('of a server and of a log-in are read, and what cannot be read is left out', async () => {
    const { key, cert } = await certificate(10);
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const broken = join(await folder(), 'broken.pem');
    await writeFile(broken, 'no certificate');
    const [device] = site().devices;
    if (device === undefined) throw new Error('no device');
    const link = (certificateFile: string) => ({
      ...({ protocol: 'opcua', url: 'opc.tcp://x', security: 'sign', serverFingerprint: null } as const),
      ...({ acquire: 'poll', sampling: 1, timeout: 1, points: [] } as const),
      identity: { kind: 'certificate', certificateFile, privateKeyFile: key } as const,
    });
    const devices = [
      ...[
        { ...device, id: 'good', link: link(cert) },
        { ...device, id: 'broken', link: link(broken) },
      ],
      { ...device, id: 'gone', link: link(`${broken}.gone`) },
    ];
    const heartbeat = { every: MINUTE, url: 'https://127.0.0.1:1/', mqtt: null };
    const found = await certificatesOf(
      site({ devices, pageUrl: `https://127.0.0.1:${port}/`, heartbeat }),
      realClock,
    );
    expect(found.map(({ id }) => id)).toEqual(['good', 'page']);
    for (const { until: end } of found) expect(Math.round((end - Date.now()) / DAY)).toBe(10);
  });
});
