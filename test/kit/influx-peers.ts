import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export interface InfluxPeer {
  readonly url: string;
  stop(): Promise<void>;
}

export const INFLUX_ADMIN = { user: 'admin', password: 'p,a s=s' };
export const INFLUX_DATABASE = 'hy gate';

async function run(program: string, args: readonly string[], health: string): Promise<ChildProcess> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
  const ready = async () => {
    while (
      !(await fetch(health).then(
        (answer) => answer.ok,
        () => false,
      ))
    ) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return child;
  };
  return Promise.race([ready(), failed]);
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Debian's influxd 1.6 with authentication, one administrator and one database. */
export async function startInfluxd(dir: string): Promise<InfluxPeer> {
  const [http, rpc] = [await freePort(), await freePort()];
  await mkdir(dir, { recursive: true });
  const config = join(dir, 'influxdb.conf');
  await writeFile(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${dir}/meta"
[data]
  dir = "${dir}/data"
  wal-dir = "${dir}/wal"
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = true
  log-enabled = false
`,
  );
  const url = `http://127.0.0.1:${http}`;
  const child = await run('influxd', ['-config', config], `${url}/ping`);
  const { user, password } = INFLUX_ADMIN;
  await queryInflux(url, `CREATE USER "${user}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`);
  await queryInflux(url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
  return { url, stop: () => end(child) };
}

interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** InfluxQL, as the administrator; times in ms. */
export async function queryInflux(url: string, q: string): Promise<readonly Series[]> {
  const parameters = new URLSearchParams({ db: INFLUX_DATABASE, epoch: 'ms', q });
  const basic = Buffer.from(`${INFLUX_ADMIN.user}:${INFLUX_ADMIN.password}`).toString('base64');
  const headers = { authorization: `Basic ${basic}` };
  const answer = await fetch(`${url}/query?${parameters}`, { method: 'POST', headers });
  const body = (await answer.json()) as { error?: string; results?: { error?: string; series?: Series[] }[] };
  const error = body.error ?? body.results?.find((result) => result.error !== undefined)?.error;
  if (error !== undefined) throw new Error(`${q}: ${error}`);
  return body.results?.flatMap(({ series = [] }) => series) ?? [];
}

/** Debian's victoria-metrics. */
export async function startVictoria(dir: string): Promise<InfluxPeer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const flags = [`-storageDataPath=${dir}`, `-httpListenAddr=127.0.0.1:${port}`, '-retentionPeriod=100y'];
  const child = await run('victoria-metrics', flags, `${url}/health`);
  return { url, stop: () => end(child) };
}

export interface VictoriaSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly timestamps: readonly number[];
}

/** Every sample of every series, once VictoriaMetrics has made them visible. */
export async function exportVictoria(url: string): Promise<readonly VictoriaSeries[]> {
  await fetch(`${url}/internal/force_flush`);
  const answer = await fetch(`${url}/api/v1/export?match[]={__name__!=""}`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as VictoriaSeries);
}
