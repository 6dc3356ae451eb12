import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import type { Simulation } from '../../firmware-sim/simulation.ts';
import { ENVIRONMENT, NODE_FLAGS } from '../../gateway/cli/bootstrap.mjs';
import { HygateProcess } from '../kit/hygate-process.ts';
import { scenarioOf, startSimulation } from '../kit/sim-hospital.ts';
import { addressOf } from '../kit/sim-wire.ts';
import { until } from '../kit/until.ts';

const ENTRY = join(import.meta.dirname, '../../gateway/cli/hygate.ts');

let dir: string;
let site: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-init-'));
  site = join(dir, 'site.yaml');
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
});

async function init(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const command = new HygateProcess(['init', '--out', site, ...args], { env });
  const { code } = await command.exited;
  return { code, output: command.output };
}

const NAMED = ['--site', 'hz-second', '--name', '第二: "人民" 医院', '--time-zone', 'Asia/Shanghai'];
const AREA = ['--area', 'id=vaccine,kind=cold-chain,name=接种门诊'];
const BOX = ['--device', 'id=box-1,driver=mqtt-logger,area=vaccine,limits=vaccine-transport/box'];
const LI = ['--person', 'id=li,name=李工,email=li@clinic.example'];
const MAIL = ['--mail', 'host=smtp.clinic.example,from=alarm@clinic.example,user=alarm'];

interface Written {
  readonly devices: readonly {
    id: string;
    driver: string;
    connect?: string;
    limits?: string;
    security?: object;
  }[];
}
const written = (): Written => parse(readFileSync(site, 'utf8')) as Written;

describe('without a terminal', () => {
  test('flags alone make a site file that the checker takes, and a file of secrets for its owner only', async () => {
    const { code, output } = await init([...NAMED, ...AREA, ...BOX, ...LI, ...MAIL]);
    expect(output).toMatch(/written and checked[\s\S]*Fill in: MAIL_PASSWORD/);
    expect(code).toBe(0);
    const env = readFileSync(join(dir, 'site.env'), 'utf8');
    expect(env).toMatch(/^LOGGER_BOX_1='[\w-]{24}'$/m);
    expect(env).toMatch(/^MAIL_PASSWORD=''$/m);
    expect(statSync(join(dir, 'site.env')).mode & 0o777).toBe(0o600);
    expect(statSync(site).mode & 0o777).toBe(0o640);
    const secrets = Object.fromEntries(
      [...env.matchAll(/^(\w+)='(.*)'$/gm)].map(([, key = '', value]) => [key, value || 'x']),
    );
    const check = new HygateProcess(['check', site], { env: secrets });
    expect((await check.exited).code).toBe(0);
    expect(check.output).toMatch(/good\. 1 area, 1 device, 2 points/);
  }, 60_000);

  test('what it says to do next does so when it is pasted, in folders with spaces and Chinese names too', async () => {
    const folder = join(dirname(site), '张工’s 站点');
    mkdirSync(folder);
    const { output } = await init(['--out', join(folder, 'site.yaml'), ...NAMED, ...AREA, ...BOX]);
    const [, secrets, check] = /^ {2}(set -a; .*)\n(?:.*\n)?Next: (.*)$/m.exec(output) ?? [];
    const cli = join(import.meta.dirname, '../../gateway/cli/hygate.mjs');
    const script = `hygate() { '${process.execPath}' '${cli}' "$@"; }\n${secrets}\n${check}`;
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(said).toMatch(/good\. 1 area, 1 device/);
  }, 60_000);

  test('it says which flags are missing instead of asking', async () => {
    const { code, output } = await init([...AREA]);
    expect(output).toMatch(
      /^hygate: nobody can be asked here \(no terminal\), so give --site ID; --name NAME; --device/,
    );
    expect(code).toBe(1);
    expect(existsSync(site)).toBe(false);
  }, 60_000);

  test('nothing is replaced without --force, and nothing written that has a mistake', async () => {
    writeFileSync(site, 'mine');
    const all = [...NAMED, ...AREA, ...BOX];
    expect((await init(all)).output).toMatch(/is there already: give another --out, or --force/);
    const wrong = await init(['--force', ...NAMED, ...AREA, '--device', 'id=a,driver=no-such,area=vaccine']);
    expect(wrong.output).toMatch(
      /nothing was written, because the site file would have mistakes[\s\S]*no-such/,
    );
    expect(wrong.code).toBe(1);
    expect(readFileSync(site, 'utf8')).toBe('mine');
    expect((await init(['--force', ...all])).code).toBe(0);
    expect(written().devices).toMatchObject([{ id: 'box-1' }]);
  }, 60_000);
});

/** The devices are simulated in this process: while it stands still, nobody answers, and who scans does so again. */
const LATE = /: no unit answered/;

describe('a scan', () => {
  let simulation: Simulation;
  let end: () => Promise<void>;
  let opcua: { readonly url: string; readonly password: string; readonly server: string };

  beforeAll(async () => {
    // Time stands nearly still: what is read does not depend on when.
    ({ simulation, end } = await startSimulation(
      scenarioOf(`
devices:
  - { id: room, area: a, driver: cold-room-controller, unit: 2 }
  - { id: fridge, area: a, driver: opcua-fridge }
`),
      { speed: 1e-9 },
    ));
    const { devices } = parse(simulation.siteFile()) as {
      devices: { id: string; connect: string; security: { password: string; server: string } }[];
    };
    const fridge = devices.find(({ id }) => id === 'fridge');
    const { password = '', server = '' } = fridge?.security ?? {};
    opcua = { url: fridge?.connect ?? '', password, server };
  }, 60_000);
  afterAll(() => end());

  const of = (id: string): string => `127.0.0.1:${addressOf(simulation, id).port}`;

  test('finds which driver fits the unit that answers, and which limits could be meant', async () => {
    const { code, output } = await until('the unit answers in time', async () => {
      const scan = await init([...NAMED, ...AREA, '--scan-modbus', `${of('room')}?units=1-3`]);
      return !LATE.test(scan.output) && scan;
    });
    expect(output).toMatch(/written and checked/);
    expect(code).toBe(0);
    const connect = addressOf(simulation, 'room');
    expect(written().devices).toContainEqual(
      expect.objectContaining({
        driver: 'cold-room-controller',
        connect: `modbus-tcp://127.0.0.1:${connect.port}?unit=2`,
      }),
    );
    expect(readFileSync(site, 'utf8')).toMatch(/NO LIMITS YET.*gb-39707-2020\/cold-store/);
  }, 120_000);

  test('takes an OPC UA server only when its certificate is trusted by its fingerprint', async () => {
    const url = opcua.url.replace('opc.tcp://', 'opc.tcp://hygate@');
    const env = { OPCUA_PASSWORD: opcua.password };
    const args = [...NAMED, ...AREA, ...BOX, '--scan-opcua', url];
    const stranger = await init(args, env);
    expect(stranger.output).toContain(`it shows certificate ${opcua.server}`);
    expect(written().devices.map(({ id }) => id)).toEqual(['box-1']);
    const { code } = await init([...args, '--force', '--trust', opcua.server.toUpperCase()], env);
    expect(code).toBe(0);
    expect(written().devices[1]).toMatchObject({
      ...{ id: 'opcua-fridge-1', driver: 'opcua-fridge', connect: opcua.url },
      security: {
        server: opcua.server,
        user: 'hygate',
        password: expect.stringMatching(/^\$\{OPCUA_PASSWORD\}$/),
      },
    });
    expect(readFileSync(site, 'utf8')).not.toContain(opcua.password);
  }, 240_000);

  test('of a place where nobody answers says so, and writes nothing when that was all', async () => {
    const { code, output } = await init([...NAMED, ...AREA, '--scan-modbus', '127.0.0.1:9']);
    expect(output).toMatch(
      /nothing was found, and nothing was written[\s\S]*127\.0\.0\.1:9 cannot be reached/,
    );
    expect(code).toBe(1);
    expect(existsSync(site)).toBe(false);
  }, 60_000);

  test('at a terminal is agreed to device by device, and its limits are chosen', async () => {
    const person = new Person(['init', '--out', site]);
    onTestFinished(() => person.leave());
    await person.answer(/Name of the site/, '第二人民医院');
    await person.answer(/Id of the site, for ever \[site\]/, 'Not An Id');
    await person.answer(/lower-case letters[\s\S]*Id of the site/, 'hz-second');
    await person.answer(/Time zone/, '');
    await person.answer(/Kind of the area/, '2');
    await person.answer(/Its name/, '');
    await person.answer(/Another area/, '');
    let scanned: string;
    do {
      await person.answer(/What to scan/, `${of('room')}?units=2-2`);
      scanned = await person.asked(/Take it|What to scan/);
    } while (LATE.test(scanned));
    await person.answer(/cold-room-controller\)[\s\S]*Take it/, 'y');
    await person.answer(/Which limits/, '1');
    await person.answer(/Id of the device/, 'waste-cold-1');
    await person.answer(/What to scan/, '');
    await person.answer(/How many loggers/, '');
    await person.answer(/Mail server/, '');
    expect(await person.gone).toBe(0);
    expect(written().devices).toEqual([
      expect.objectContaining({
        id: 'waste-cold-1',
        driver: 'cold-room-controller',
        limits: 'gb-39707-2020/cold-store',
      }),
    ]);
  }, 120_000);
});

test('a person who goes away in the middle leaves no file', async () => {
  const person = new Person(['init', '--out', site]);
  onTestFinished(() => person.leave());
  await person.answer(/Name of the site/, '医院');
  await person.answer(/Id of the site/, '\u0004');
  expect(await person.gone).toBe(1);
  expect(person.shown).toMatch(/nothing was written/);
  expect(existsSync(site)).toBe(false);
}, 120_000);

/** At a pseudo-terminal of util-linux's script(1), as at a real one. */
class Person {
  readonly #child;
  readonly gone: Promise<number | null>;
  shown = '';
  /** With control characters: one may come in two pieces. */
  #unanswered = '';

  constructor(args: readonly string[]) {
    const command = [process.execPath, ...NODE_FLAGS, ENTRY, ...args].map((part) => `'${part}'`).join(' ');
    this.#child = spawn('script', ['-qec', command, '/dev/null'], {
      env: { ...ENVIRONMENT, ...process.env },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (written: string) => {
      this.shown += written;
      this.#unanswered += written;
    });
    this.gone = new Promise((resolve) => this.#child.once('close', resolve));
  }

  /** What was shown since the answer before, when the prompt stands there. */
  asked(prompt: RegExp): Promise<string> {
    const shown = () => {
      const text = stripVTControlCharacters(this.#unanswered);
      return prompt.test(text) && text.trimEnd().endsWith(':') && text;
    };
    return until(`the question ${prompt}`, shown, 60_000);
  }

  /** Types a line when the prompt stands there, and not before. */
  async answer(prompt: RegExp, line: string): Promise<void> {
    await this.asked(prompt);
    this.#unanswered = '';
    this.#child.stdin.write(line === '\u0004' ? line : `${line}\r`);
  }

  leave(): void {
    this.#child.kill('SIGKILL');
  }
}
