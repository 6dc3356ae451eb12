import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDockerfile } from '../kit/dockerfile.ts';

/* What must hold of docker-compose.yml, as Debian's docker-compose reads it, and of the scripts beside it. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPTS = join(ROOT, 'gateway/install/docker');
const ONE_SHOT: readonly string[] = ['dashboards'];

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly secrets?: readonly { readonly source: string }[];
  readonly profiles?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly [key: string]: unknown;
}

interface Composed {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

let dir: string;
let copy: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-compose-'));
  copy = join(dir, 'copy');
  // first-use.sh writes .env beside the compose file: not into the sources.
  mkdirSync(join(copy, 'gateway/install'), { recursive: true });
  execFileSync('cp', ['-a', join(ROOT, 'docker-compose.yml'), join(ROOT, 'Dockerfile'), copy]);
  execFileSync('cp', ['-a', SCRIPTS, join(copy, 'gateway/install')]);
  firstUse();
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const firstUse = () =>
  execFileSync('sh', [join(copy, 'gateway/install/docker/first-use.sh'), join(dir, 'site')], {
    encoding: 'utf8',
  });
const compose = (...args: readonly string[]) =>
  spawnSync('/usr/bin/docker-compose', args, {
    cwd: copy,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

/** What Compose makes of the files: read once, each look takes it a second. */
const composed = (...files: readonly string[]): Composed => {
  const key = files.join();
  const found = read.get(key) ?? readComposed(files);
  read.set(key, found);
  return found;
};
const read = new Map<string, Composed>();

function readComposed(files: readonly string[]): Composed {
  const { status, stdout, stderr } = compose(...files.flatMap((file) => ['-f', file]), 'config');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return parse(stdout) as Composed;
}

describe('first use', () => {
  test('makes a password for every account that the compose file names, kept from other users of the machine', () => {
    const file = parse(readFileSync(join(copy, 'docker-compose.yml'), 'utf8'), { merge: true }) as Composed;
    const made = readdirSync(join(dir, 'site/secrets'));
    expect(made.toSorted()).toEqual(Object.keys(file.secrets).toSorted());
    const passwords = made.map((name) => readFileSync(join(dir, 'site/secrets', name), 'utf8'));
    for (const password of passwords) expect(password).toMatch(/^[\w-]{32}$/);
    expect(new Set(passwords).size).toBe(passwords.length);
    expect(statSync(join(dir, 'site/secrets')).mode & 0o777).toBe(0o700);
  });

  test('again changes nothing that is there', () => {
    const look = () =>
      readdirSync(join(dir, 'site/secrets')).map((name) =>
        readFileSync(join(dir, 'site/secrets', name), 'utf8'),
      );
    const [before, env] = [look(), readFileSync(join(copy, '.env'), 'utf8')];
    writeFileSync(join(dir, 'site/site/site.env'), 'MAIL_HOST=x\n');
    firstUse();
    expect(look()).toEqual(before);
    expect(readFileSync(join(copy, '.env'), 'utf8')).toBe(env);
    expect(readFileSync(join(dir, 'site/site/site.env'), 'utf8')).toBe('MAIL_HOST=x\n');
  });

  test('tells where the site file goes', () => {
    expect(firstUse()).toContain(`${dir}/site/site/site.yaml`);
  });
});

describe.skipIf(!existsSync('/usr/bin/docker-compose'))('docker-compose.yml', () => {
  test('says what to do when nothing was set up', () => {
    const bare = mkdtempSync(join(dir, 'bare-'));
    execFileSync('cp', [join(copy, 'docker-compose.yml'), bare]);
    const { status, stderr } = spawnSync('/usr/bin/docker-compose', ['config'], {
      cwd: bare,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('run gateway/install/docker/first-use.sh first');
  });

  test('pins each image, and the gateway’s to the version of the package', () => {
    const images = Object.values(composed().services).map(({ image }) => image);
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect([...new Set(images)].toSorted()).toEqual([
      'eclipse-mosquitto:2.0.22',
      'grafana/grafana:13.2.3',
      `hygate:${version}`,
      'influxdb:2.7.12',
    ]);
    for (const { image } of parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')))
      expect(image).toMatch(/^node:26\.\d+\.\d+-bookworm-slim$/);
  });

  test('gives no container more than it needs', () => {
    for (const [name, service] of Object.entries(composed().services)) {
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        pids_limit: expect.any(Number),
        mem_limit: expect.any(String),
        cpus: expect.any(Number),
        logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
        restart: ONE_SHOT.includes(name) ? 'no' : 'unless-stopped',
      });
      expect(Object.keys(service), name).not.toContain('privileged');
    }
  });

  test('looks after the health of everything that stays', () => {
    const staying = Object.entries(composed().services).filter(([name]) => !ONE_SHOT.includes(name));
    for (const [name, { healthcheck }] of staying) expect(healthcheck?.test?.[0], name).toBe('CMD');
  });

  test('asks of the gateway what the image asks', () => {
    const final = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).at(-1);
    const health = final?.instructions.find(({ keyword }) => keyword === 'HEALTHCHECK')?.text ?? '';
    expect(composed().services['gateway']).toMatchObject({
      healthcheck: { test: ['CMD', ...(JSON.parse(health.replace('CMD ', '')) as string[])] },
    });
  });

  test('publishes nothing beyond this machine by itself', () => {
    const ports = Object.values(composed().services).flatMap(({ ports = [] }) => ports);
    expect(ports.length).toBeGreaterThan(0);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test('carries no password in itself, and lets nobody look without one', () => {
    const { services, secrets } = composed();
    for (const { environment = {} } of Object.values(services))
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|TOKEN/.test(name)) expect(value, name).toMatch(/^\/run\/secrets\//);
    for (const { file } of Object.values(secrets))
      expect(file.startsWith(join(dir, 'site/secrets/'))).toBe(true);
    expect(services['grafana']?.environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
      GF_USERS_ALLOW_SIGN_UP: 'false',
    });
  });

  test('mounts only files and folders that are there', () => {
    const mounted = Object.values(composed().services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith(copy));
    expect(mounted.length).toBeGreaterThan(0);
    for (const source of mounted) expect(existsSync(source.replace(copy, ROOT)), source).toBe(true);
  });

  test('lets the gateway wait for nobody', () => {
    expect(composed().services['gateway']?.depends_on).toBeUndefined();
  });

  test('has the broker as a profile only', () => {
    const optional = Object.entries(composed().services).filter(([, { profiles }]) => profiles !== undefined);
    expect(optional.map(([name]) => name)).toEqual(['broker']);
  });

  test('without InfluxDB lets Grafana ask the gateway', () => {
    const { services } = composed('docker-compose.yml', 'gateway/install/docker/embedded.yml');
    expect(services['influxdb']?.profiles).toEqual(['influxdb']);
    expect(services['grafana']?.environment).toMatchObject({ HYGATE_SOURCE_URL: 'http://gateway:8080' });
    expect(Object.keys(services['grafana']?.depends_on ?? {})).not.toContain('influxdb');
  });
});

describe('the accounts of InfluxDB', () => {
  test('are made with the mapping, by the commands of its first start', () => {
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    // InfluxDB 2 is no package of Debian's: what stands in for its command only notes how it was called.
    writeFileSync(join(bin, 'influx'), `#!/bin/sh\nprintf '%s\\n' "$*" >> "${dir}/called"\n`);
    chmodSync(join(bin, 'influx'), 0o755);
    const secrets = join(dir, 'site/secrets');
    const script = readFileSync(join(SCRIPTS, 'influxdb-accounts.sh'), 'utf8').replaceAll(
      '/run/secrets',
      secrets,
    );
    execFileSync('sh', ['-c', script], {
      env: { PATH: `${bin}:${process.env['PATH']}`, DOCKER_INFLUXDB_INIT_BUCKET_ID: 'b1' },
    });
    const password = (name: string) => readFileSync(join(secrets, name), 'utf8');
    expect(readFileSync(join(dir, 'called'), 'utf8').trim().split('\n')).toEqual([
      'v1 dbrp create --bucket-id b1 --db hygate --rp autogen --default',
      `v1 auth create --username gateway --password ${password('influxdb-gateway-password')} --read-bucket b1 --write-bucket b1`,
      `v1 auth create --username grafana --password ${password('grafana-source-password')} --read-bucket b1`,
    ]);
  });

  test('can be executed: InfluxDB’s image passes over scripts that cannot', () => {
    expect(statSync(join(SCRIPTS, 'influxdb-accounts.sh')).mode & 0o111).toBe(0o111);
  });
});
