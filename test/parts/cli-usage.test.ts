import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HygateProcess } from '../kit/hygate-process.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-usage-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function finish(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const hygate = new HygateProcess(args, { env: { HYGATE_MQTT_PASSWORD: 'collector-password' } });
  const { code } = await hygate.exited;
  return { code, output: hygate.output };
}

test('every command stands in the help', async () => {
  const { code, output } = await finish('--help');
  for (const name of ['run', 'check', 'collect', 'probe', 'doctor', 'sim', 'demo'])
    expect(output).toMatch(new RegExp(`^  hygate ${name} `, 'm'));
  expect(code).toBe(0);
});

test('a command that does not exist is named, with those that do', async () => {
  const help = await finish('--help');
  const names = [...help.output.matchAll(/^ {2}hygate (\S+)/gm)].map(([, name]) => name);
  const { code, output } = await finish('chek');
  expect(output).toBe(`hygate: there is no command "chek"; there is ${names.join(', ')}\n`);
  expect(code).toBe(1);
});

test('an option that does not exist is named, with where to find those that do', async () => {
  const { code, output } = await finish('init', '--areas', 'x');
  expect(output).toBe("hygate: Unknown option '--areas'; hygate help has every command with its options\n");
  expect(code).toBe(1);
});

test('a mapping of series that cannot be read is named', async () => {
  const [site, points] = [join(dir, 'clinic.yaml'), join(dir, 'nope.yaml')];
  writeFileSync(
    site,
    'site: { id: c, name: c }\nareas: [{ id: a, name: a, kind: other }]\ndevices: [{ id: b, area: a, driver: mqtt-logger, login: { password: pw-of-the-box-7 } }]\n',
  );
  const from = ['--url', 'http://127.0.0.1:1', '--database', 'old', '--points', points];
  const { code, output } = await finish('import-influx', site, dir, ...from);
  expect(output).toBe(
    `hygate: --points ${points} cannot be read (ENOENT): give the file that says which series is which point\n`,
  );
  expect(code).toBe(1);
});

test('the version is told', async () => {
  expect((await finish('--version')).output).toMatch(/^hygate \d+\.\d+\.\d+\n$/);
});

test('a file that is far too large for a site file is refused before it is read as one', async () => {
  const file = join(dir, 'disk.img');
  writeFileSync(file, '# x\n'.repeat(2_000_000));
  const { code, output } = await finish('check', file);
  expect(output).toMatch(/^hygate: .*disk\.img has 8 MB; a site file has at most 4/);
  expect(code).toBe(1);
});

test('a file saved as GBK is not taken with rubble for names', async () => {
  const file = join(dir, 'gbk.yaml');
  writeFileSync(file, Buffer.from('736974653a207b2069643a20612c206e616d653a20b1f9cfe4207d0a', 'hex'));
  const { code, output } = await finish('check', file);
  expect(output).toMatch(/^hygate: .*gbk\.yaml is not UTF-8 .*save it as UTF-8\n$/);
  expect(code).toBe(1);
});

test('a broker without mqtt:// is no address', async () => {
  const { code, output } = await finish(
    'collect',
    '--config',
    'x',
    '--broker',
    '127.0.0.1:1883',
    '--user',
    'c',
  );
  expect(output).toMatch(/^hygate: --broker must be an address such as mqtt:.*"127\.0\.0\.1:1883"\n$/);
  expect(code).toBe(1);
});
