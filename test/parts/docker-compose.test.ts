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
/** The user in the gateway's container. */
const GATEWAY = 10_001;
const isRoot = process.getuid?.() === 0;

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
  readonly volumes: Readonly<Record<string, unknown>>;
}

let dir: string;
let copy: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hygate-compose-'));
  copy = join(dir, 'copy');
  // first-use.sh writes .env beside the compose file: not into the sources.
  mkdirSync(join(copy, 'gateway/install'), { recursive: true });
  execFileSync('cp', ['-a', join(ROOT, 'docker-compose.yml'), join(ROOT, 'Dockerfile'), copy]);
  mkdirSync(join(copy, 'grafana'));
  execFileSync('cp', ['-a', SCRIPTS, join(copy, 'gateway/install')]);
  execFileSync('cp', ['-a', join(ROOT, 'grafana/provisioning'), join(copy, 'grafana')]);
  // As a clone on a hardened machine is (umask 027).
  execFileSync('chmod', ['-R', 'o=', copy]);
  expect(firstUse()).toMatchObject({ status: 0, stderr: '' });
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const firstUse = (records = join(dir, 'records')) =>
  spawnSync('sh', [join(copy, 'gateway/install/docker/first-use.sh'), join(dir, 'site'), records], {
    encoding: 'utf8',
    env: { PATH: `${join(dir, 'engine')}:${process.env['PATH']}` },
  });
const compose = (...args: readonly string[]) =>
  spawnSync('/usr/bin/docker-compose', args, {
    cwd: copy,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });

/** What Compose makes of the files with a further line in .env: read once, each look takes it a second. */
const composed = (setting = ''): Composed => {
  const found = read.get(setting) ?? withEnv((env) => `${env}${setting}\n`, readComposed);
  read.set(setting, found);
  return found;
};
const read = new Map<string, Composed>();

function readComposed(): Composed {
  const { status, stdout, stderr } = compose('config');
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return parse(stdout) as Composed;
}

/** Does something while .env is another one. */
function withEnv<Result>(changed: (env: string) => string, act: () => Result): Result {
  const file = join(copy, '.env');
  const before = readFileSync(file, 'utf8');
  writeFileSync(file, changed(before));
  try {
    return act();
  } finally {
    writeFileSync(file, before);
  }
}

const ofEarlierVersion = (env: string) => env.replace(/^HYGATE_DATA=.*\n/m, '');

describe.skipIf(!isRoot)('first use (as root)', () => {
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
    expect(firstUse().stdout).toContain(`${dir}/site/site/site.yaml`);
  });

  test('makes a folder for the records that the gateway alone may enter', () => {
    const { uid, gid, mode } = statSync(join(dir, 'records'));
    expect([uid, gid, mode & 0o7777]).toEqual([GATEWAY, GATEWAY, 0o700]);
  });

  test('a site file that root writes under a strict umask is for the gateway to read', () => {
    const file = join(dir, 'site/site/strict.yaml');
    execFileSync('sh', ['-c', `umask 027; echo x > '${file}'`]);
    const { gid, mode } = statSync(file);
    expect([gid, mode & 0o777]).toEqual([GATEWAY, 0o640]);
    rmSync(file);
  });

  test('lets no gateway begin anew while the records of an earlier version lie in a volume', () => {
    const records = join(dir, 'records-of-the-volume');
    // Stands in for the engine: there is such a volume.
    mkdirSync(join(dir, 'engine'));
    writeFileSync(
      join(dir, 'engine/docker'),
      '#!/bin/sh\n[ "$*" = "volume inspect hygate_gateway-data" ]\n',
      {
        mode: 0o755,
      },
    );
    withEnv(ofEarlierVersion, () => {
      const { status, stderr } = firstUse(records);
      expect(status).toBe(1);
      expect(stderr).toContain(`--volume=hygate_gateway-data:/old:ro --volume=${records}:/new`);
      expect(readFileSync(join(copy, '.env'), 'utf8')).not.toContain('HYGATE_DATA');
      mkdirSync(join(records, 'journal'));
      expect(firstUse(records)).toMatchObject({ status: 0, stderr: '' });
      expect(readFileSync(join(copy, '.env'), 'utf8')).toContain(`HYGATE_DATA='${records}'\n`);
    });
  });
});

describe.skipIf(!isRoot || !existsSync('/usr/bin/docker-compose'))('docker-compose.yml', () => {
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

  test('does not start where the folder of the records is not named', () => {
    const { status, stderr } = withEnv(ofEarlierVersion, () => compose('config'));
    expect(status).toBe(1);
    expect(stderr).toContain('run gateway/install/docker/first-use.sh first');
  });

  test('keeps the records in a folder, which no command about volumes deletes', () => {
    const { services, volumes } = composed();
    expect(services['gateway']?.volumes).toContain(`${join(dir, 'records')}:/var/lib/hygate:rw`);
    expect(Object.keys(volumes).toSorted()).toEqual([
      'dashboards',
      'grafana-data',
      'influxdb-config',
      'influxdb-data',
    ]);
  });

  test('gives the gateway its secrets as they are written, whatever is in them', () => {
    const file = join(dir, 'site/site/site.env');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, "MAIL_PASSWORD='p#ss $word'\n");
    // Another key than that of the other looks.
    const { services } = composed('# with a secret');
    writeFileSync(file, before);
    // Compose writes $ as $$.
    expect(services['gateway']?.environment).toEqual({ MAIL_PASSWORD: 'p#ss $$word' });
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

  test('mounts only files and folders that are there, and that its users may read', () => {
    const mounted = Object.values(composed().services)
      .flatMap(({ volumes = [] }) => volumes)
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => source.startsWith(copy));
    expect(mounted.length).toBeGreaterThan(0);
    for (const source of mounted) {
      // The users in the containers are nobody here.
      const kept = execFileSync('find', [
        source,
        '!',
        '-perm',
        '-o=r',
        '-o',
        '-type',
        'd',
        '!',
        '-perm',
        '-o=x',
      ]);
      expect(kept.toString(), source).toBe('');
    }
  });

  test('lets the gateway wait for nobody', () => {
    expect(composed().services['gateway']?.depends_on).toBeUndefined();
  });

  test('lets Grafana wait for no health: it must come also when the gateway’s disk is full', () => {
    const conditions = Object.values(composed().services['grafana']?.depends_on ?? {});
    expect(conditions.map(({ condition }) => condition).toSorted()).toEqual([
      'service_completed_successfully',
      'service_started',
    ]);
  });

  test('has the broker as a profile only', () => {
    const optional = Object.entries(composed().services).filter(([, { profiles }]) => profiles !== undefined);
    expect(optional.map(([name]) => name)).toEqual(['broker']);
  });

  test('without InfluxDB lets Grafana ask the gateway', () => {
    const { services } = composed('COMPOSE_FILE=docker-compose.yml:gateway/install/docker/embedded.yml');
    expect(services['influxdb']?.profiles).toEqual(['influxdb']);
    expect(services['grafana']?.environment).toMatchObject({ HYGATE_SOURCE_URL: 'http://gateway:8080' });
    expect(Object.keys(services['grafana']?.depends_on ?? {})).not.toContain('influxdb');
  });
});

describe.skipIf(!isRoot)('the accounts of InfluxDB', () => {
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
