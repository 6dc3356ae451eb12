import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ENVIRONMENT, NODE_FLAGS } from '../../gateway/cli/bootstrap.mjs';
import type { Bill } from '../../gateway/install/sbom.ts';
import { freePort } from '../kit/free-port.ts';
import { buildImage, type Image } from '../kit/image.ts';
import { because, beside, mainPid, scratchRootTrouble } from '../kit/scratch-root.ts';
import { until } from '../kit/until.ts';

/*
 * The very Dockerfile, carried out in a scratch root, and what comes out started as a container would be: process 1, not
 * root, everything read-only but the volume. What was done stands in test/out/docker-image.log.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LOG = join(ROOT, 'test/out/docker-image.log');
const BUILD_WITHIN = 1_200_000;

const trouble = await scratchRootTrouble();

describe.skipIf(trouble !== undefined)(`the image${because(trouble)}`, () => {
  let image: Image;

  beforeAll(async () => {
    mkdirSync(join(ROOT, 'test/out'), { recursive: true });
    rmSync(LOG, { force: true });
    image = await buildImage(ROOT, note);
  }, BUILD_WITHIN);

  afterAll(async () => {
    await image?.root.remove();
  }, BUILD_WITHIN);

  test('serves as process 1, healthy, with nothing to write to but its volume, and ends cleanly', async () => {
    const [http, mqtt] = [await freePort(), await freePort()];
    const env = { ...image.env, HYGATE_HTTP_PORT: String(http) };
    writeFileSync(image.root.path('/etc/hygate/site.yaml'), site(http, mqtt));
    const container = image.root.start([...image.entrypoint, ...image.command], {
      ...{ uid: image.uid, cwd: image.cwd, env },
      writableOnly: image.volumes,
    });
    // Not at its exit: what it said last may come after that.
    const ended = once(container, 'close');
    const said = listen(container);
    const pid = await until('process 1 runs', () => mainPid(container));
    const health = () => beside(pid, image.health, { uid: image.uid, env });

    await until(
      'HEALTHCHECK says healthy',
      async () => {
        if (container.exitCode !== null) throw new Error(`it ended: ${said.text}`);
        return (await health()).code === 0;
      },
      120_000,
    );
    note((await health()).output);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    note((/VmRSS.*/.exec(status)?.[0] ?? '').replaceAll(/\s+/g, ' '));
    expect(status).toMatch(/^Uid:\s+10001\s+10001\s+10001\s+10001$/m);
    const write = await beside(pid, ['touch', '/opt/hygate/x'], { uid: 0 });
    expect(write.output).toContain('Read-only file system');

    process.kill(pid, image.stopSignal as NodeJS.Signals);
    expect(await ended).toEqual([0, null]);
    note(said.text.replaceAll(/one-time password: \S+/g, 'one-time password: …'));
    expect(said.text).toContain('Stopped.');
    expect(existsSync(image.root.path('/var/lib/hygate/journal'))).toBe(true);
    expect(existsSync(image.root.path('/opt/hygate/data'))).toBe(false);
  }, 300_000);

  test('is not healthy when the gateway does not answer, and says what to look at', async () => {
    const env = { ...image.env, HYGATE_HTTP_PORT: String(await freePort()) };
    const { code, output } = await image.root.run(image.health, { uid: image.uid, env });
    expect(code).toBe(1);
    expect(output).toContain('is listen.http of the site file 0.0.0.0:');
  });

  test('runs commands as `docker exec` would, and one Node alone', async () => {
    const { uid, env } = image;
    expect(await image.root.must(['hygate', 'version'], { uid, env })).toMatch(/^hygate \d/);
    expect(
      readdirSync(image.root.path('/opt/hygate/node_modules')).filter((name) =>
        name.startsWith('node-linux'),
      ),
    ).toEqual([]);
    expect(existsSync(image.root.path('/usr/local/bin/npm'))).toBe(false);
  });

  test('writes a first site file into the folder that first-use.sh makes, which the gateway can read', async () => {
    const { uid, env, root } = image;
    await root.must([
      'sh',
      '-c',
      `mkdir -p /site && chgrp ${uid} /site && chmod 2750 /site && : > /site/site.env`,
    ]);
    const site = ['--site', 'east-clinic', '--name', '门诊', '--area', 'id=vaccine,kind=cold-chain'];
    const device = ['--device', 'id=box-1,driver=mqtt-logger,area=vaccine'];
    await root.must(['hygate', 'init', '--out', '/site/site.yaml', ...site, ...device], {
      env,
      writableOnly: ['/site'],
    });
    const said = await root.must(['hygate', 'check', '/site/site.yaml'], {
      uid,
      env: { ...env, LOGGER_BOX_1: 'only-for-this-test' },
    });
    expect(said).toContain('good. 1 area, 1 device');
  });

  test('is started with the flags and the environment that the command `hygate` gives elsewhere', () => {
    const { NODE_COMPILE_CACHE: _cache, ...expected } = ENVIRONMENT;
    expect(image.env).toMatchObject(expected);
    expect(image.entrypoint).toEqual(['node', ...NODE_FLAGS, '/opt/hygate/gateway/cli/hygate.ts']);
  });

  test('was compiled for the user that runs it', () => {
    const compiled = readdirSync(image.root.path('/opt/hygate/node_modules/.cache/hygate'));
    expect(compiled).toEqual([expect.stringMatching(new RegExp(`-${image.uid}$`))]);
  });

  test('holds no tests, no site, no secret, no development package', () => {
    const files = readdirSync(image.root.path('/opt/hygate'), { recursive: true, encoding: 'utf8' });
    const ours = files.filter((file) => !file.startsWith('node_modules/'));
    expect(ours.filter((file) => /\.test\.tsx?$|(^|\/)(\.env|\.npmrc|data|secrets)$/.test(file))).toEqual([]);
    const packages = installed(image.root.path('/opt/hygate/node_modules')).map((name) =>
      name.replace(/@[^@]+$/, ''),
    );
    const development = ['vite', 'vitest', 'typescript', '@biomejs/biome', 'playwright-core'];
    expect(development.filter((name) => packages.includes(name))).toEqual([]);
    expect(Object.keys(image.env).filter((name) => /PASSWORD|TOKEN|SECRET|registry/i.test(name))).toEqual([]);
  });

  test('brings what is not JavaScript for x64 and arm64 alike', () => {
    const files = readdirSync(image.root.path('/opt/hygate/node_modules'), {
      recursive: true,
      encoding: 'utf8',
    });
    const folders = new Set(files.filter((file) => file.endsWith('.node')).map(dirname));
    const forX64 = [...folders].filter((folder) => !/\/prebuilds\/(?!linux-x64$)/.test(folder));
    expect(forX64.length).toBeGreaterThan(0);
    expect(forX64.filter((folder) => !folders.has(folder.replace(/linux-x64$/, 'linux-arm64')))).toEqual([]);
  });

  test('names every package that lies in it, with its licence', () => {
    const folder = image.root.path('/opt/hygate');
    const bill = JSON.parse(readFileSync(join(folder, 'sbom.cdx.json'), 'utf8')) as Bill;
    const billed = bill.components.map((component) => component['bom-ref']);
    expect(installed(join(folder, 'node_modules')).filter((name) => !billed.includes(name))).toEqual([]);
    const undeclared = bill.components.filter(({ licenses: [licence] }) => !('expression' in licence));
    // Their authors wrote none into package.json.
    expect(undeclared.map(({ name }) => name)).toEqual(['dequeue', 'precond']);
    note(`SBOM: ${billed.length} components`);
    for (const part of ['', 'node_modules']) note(`${sizeOf(join(folder, part))} MB /opt/hygate/${part}`);
  });
});

function note(line: string): void {
  appendFileSync(LOG, `${line.trimEnd()}\n`);
}

function listen(container: ReturnType<Image['root']['start']>): { text: string } {
  const said = { text: '' };
  for (const stream of [container.stdout, container.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said.text += text;
    });
  return said;
}

const sizeOf = (folder: string): string =>
  execFileSync('du', ['-sm', folder], { encoding: 'utf8' }).split('\t')[0] ?? '';

/** By what lies there, not by what npm noted down. */
function installed(modules: string): string[] {
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|node_modules\/)(@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(file))
    .map((file) => JSON.parse(readFileSync(join(modules, file), 'utf8')) as { name: string; version: string })
    .map(({ name, version }) => `${name}@${version.replace(/^v/, '')}`);
}

const site = (http: number, mqtt: number): string => `
site: { id: clinic, name: 门诊 }
listen: { http: "0.0.0.0:${http}", mqtt: "0.0.0.0:${mqtt}" }
areas: [{ id: vaccine, name: 冷链, kind: cold-chain }]
devices:
  - { id: box-7, area: vaccine, driver: mqtt-logger, every: 1m, login: { password: only-for-this-test }, limits: vaccine-transport/box }
`;
