import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { command } from '../../gateway/cli/grafana.ts';

const ROOT = join(import.meta.dirname, '../..');
const HOSPITAL = join(ROOT, 'gateway/config/examples/hospital.yaml');
const SITE = `site: { id: clinic, name: 门诊 }
areas: [{ id: vaccine, name: 接种, kind: cold-chain }]
devices:
  - { id: box, area: vaccine, driver: mqtt-logger, login: { password: "\${NOT_SET}" }, limits: vaccine-transport/box }
  - { id: bag, area: vaccine, driver: mqtt-logger, login: { password: "file:not-there.txt" } }
`;

let dir: string;
let said: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hygate-grafana-'));
  await writeFile(join(dir, 'site.yaml'), SITE);
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

const grafana = (...args: string[]) =>
  command.run([join(dir, 'site.yaml'), '--out', join(dir, 'out'), ...args]);
const outcome = (file: string) => join(dir, 'out', file);

test('the dashboards in the repository are those of the example hospital', async () => {
  const code = await command.run([HOSPITAL, '--out', join(ROOT, 'grafana/out'), '--check']);
  expect(code, `${said}npm run grafana makes them anew`).toBe(0);
});

test('dashboards are written for everybody to read, though no secret of the site is at hand', async () => {
  expect(await grafana()).toBe(0);
  expect(said).toMatch(/5 dashboards, \d+ panels\.\n$/);
  expect(await readdir(join(dir, 'out'))).toHaveLength(5);
  expect((await stat(outcome('overview.json'))).mode & 0o777).toBe(0o644);
  expect((await stat(join(dir, 'out'))).mode & 0o777).toBe(0o755);
  expect(await readFile(outcome('overview.json'), 'utf8')).not.toContain('secret');
});

test('a folder that cannot be written is told in a sentence', async () => {
  const file = join(dir, 'site.yaml');
  await expect(command.run([file, '--out', file])).rejects.toThrow(/^--out .*site\.yaml.*: give a folder/);
  await expect(command.run([file, '--out', join(file, 'in')])).rejects.toThrow(
    /: give a folder that you may write$/,
  );
});

test('the check names what is changed, missing or no longer wanted, and touches nothing', async () => {
  await grafana();
  expect(await grafana('--check')).toBe(0);
  const alarms = await readFile(outcome('alarms.json'), 'utf8');
  await writeFile(outcome('alarms.json'), alarms.replace('30s', '31s').replace('1m', '2m'));
  await writeFile(outcome('pool-water.json'), alarms);
  await rm(outcome('overview.json'));
  expect(await grafana('--check')).toBe(1);
  expect(said).toContain(
    'not as they should be: pool-water.json, overview.json, alarms.json. Without --check',
  );
  expect(await readdir(join(dir, 'out'))).not.toContain('overview.json');
});

test('what the site no longer has is removed; what is not ours, or of another site, is left alone', async () => {
  await grafana();
  const alarms = await readFile(outcome('alarms.json'), 'utf8');
  await writeFile(outcome('pool-water.json'), alarms);
  await writeFile(outcome('other-site.json'), alarms.replace('"clinic"\n', '"elsewhere"\n'));
  await writeFile(outcome('package.json'), '{"name":"mine"}');
  await writeFile(outcome('broken.json'), '{');
  expect(await grafana()).toBe(0);
  expect((await readdir(join(dir, 'out'))).sort()).toEqual(
    [
      ...['alarms.json', 'broken.json', 'cold-chain.json', 'device-mqtt-logger.json', 'gateway-health.json'],
      ...['other-site.json', 'overview.json', 'package.json'],
    ].sort(),
  );
});

test('a mistake in the site file, a folder that is not given and a language that is not there are said', async () => {
  await writeFile(join(dir, 'site.yaml'), SITE.replace('mqtt-logger', 'mqtt-loger'));
  await expect(grafana()).rejects.toThrow(/1 mistake/);
  await expect(command.run([HOSPITAL])).rejects.toThrow('--out DIR');
  await expect(grafana('--language', 'fr')).rejects.toThrow('zh or en');
});
