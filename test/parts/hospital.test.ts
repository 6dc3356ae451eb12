import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Alarm } from '#model/alarm';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { until } from '../kit/until.ts';

const PASSWORD = 'night-shift-at-ward-7';

let dir: string;
let running: HygateProcess[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-hospital-'));
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((hygate) => hygate.stop('SIGKILL')));
  rmSync(dir, { recursive: true, force: true });
});

async function demo(scenario: string): Promise<HygateProcess> {
  const hygate = new HygateProcess([
    ...['demo', '--scenario', scenario, '--data', dir],
    ...['--mqtt', `127.0.0.1:${await freePort()}`, '--http', `127.0.0.1:${await freePort()}`],
  ]);
  running.push(hygate);
  await hygate.waitFor(/Stop {7}Ctrl-C/);
  return hygate;
}

const lineOf = (hygate: HygateProcess, name: string): string =>
  new RegExp(`^${name} +(.*)$`, 'm').exec(hygate.output)?.[1] ?? '';

test('the simulated hospital lives: every point of every system, an alarm that reaches someone, history across a restart', async () => {
  const first = await demo('hospital');
  const url = lineOf(first, 'Page');
  const oneTime = /one-time password: (\S+)/.exec(first.output)?.[1] ?? '';
  const client = await HygateClient.first(url, oneTime, PASSWORD);

  const { areas, devices } = await client.get<{
    areas: { kind: string }[];
    devices: { id: string; points: { id: string }[] }[];
  }>('/api/v1/site');
  expect(new Set(areas.map((area) => area.kind))).toEqual(
    new Set(['medical-waste', 'drinking-water', 'pool-water', 'wastewater', 'radiation', 'cold-chain']),
  );
  const points = devices.flatMap((device) => device.points.map((point) => point.id));
  expect(points.length).toBeGreaterThanOrEqual(55);

  const missing = () =>
    client.now().then((now) => points.filter((point) => now.get(point)?.quality !== 'good'));
  // Eighteen simulated devices start on cores that other tests share.
  await until('every point is good', async () => (await missing()).length === 0, 90_000).catch(async () => {
    throw new Error(`never good: ${(await missing()).join(', ')}\n${first.output}`);
  });

  const isDoor = ({ point }: Alarm) => point.startsWith('vaccine-fridge-1.');
  await until(
    'the open fridge door raises an alarm',
    async () => (await client.get<{ alarms: Alarm[] }>('/api/v1/alarms?state=open')).alarms.some(isDoor),
    110_000,
  );
  await first.waitFor(/MESSAGE .*/);

  expect(await first.stop('SIGINT')).toEqual({ code: 0, signal: null });
  expect(first.output).toContain('Stopped.');

  const from = Date.now() - 600_000;
  const second = await demo('hospital');
  expect(second.output).not.toContain('one-time password');
  const again = await HygateClient.login(lineOf(second, 'Page'), PASSWORD);
  const { readings } = await again.get<{ readings: unknown[] }>(
    `/api/v1/readings?point=vaccine-fridge-1.upper-temp&from=${from}&to=${Date.now()}`,
  );
  expect(readings.length).toBeGreaterThan(5);
  expect((await second.stop('SIGTERM')).code).toBe(0);
}, 240_000);

test('the demo prints where the page, the data and the site file are, and its site file passes the check', async () => {
  const hygate = await demo('clinic');
  expect(lineOf(hygate, 'Page')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(lineOf(hygate, 'Data')).toBe(dir);
  expect(lineOf(hygate, 'Your site')).toContain('npm start -- --config site.yaml --data DIR');
  const siteFile = join(dir, 'site.yaml');
  expect(lineOf(hygate, 'Site file')).toContain(siteFile);
  expect(parse(readFileSync(siteFile, 'utf8'))).toHaveProperty('devices');
  const check = new HygateProcess(['check', siteFile]);
  expect((await check.exited).code, check.output).toBe(0);
  const probe = new HygateProcess(['probe', siteFile, 'fridge-1']);
  await probe.exited;
  expect(probe.output).toMatch(/upper-temp +[0-9a-f ]+ +\d+(\.\d+)? °C +good/);
  expect((await hygate.stop()).code).toBe(0);
}, 120_000);

test.skipIf(process.platform !== 'linux')(
  'simulated devices that hang keep no demo from ending, nor make it a failure',
  async () => {
    const hygate = await demo('clinic');
    const children = readFileSync(`/proc/${hygate.pid}/task/${hygate.pid}/children`, 'utf8');
    const [simulator = 0] = children.trim().split(' ').map(Number);
    process.kill(simulator, 'SIGSTOP');
    const exit = hygate.stop();
    await until('the demo is gone', () => !existsSync(`/proc/${hygate.pid}`));
    if (existsSync(`/proc/${simulator}`)) process.kill(simulator, 'SIGKILL');
    expect(await exit, hygate.output).toEqual({ code: 0, signal: null });
  },
  120_000,
);
