import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export const INFLUX_ADMIN = { user: 'admin', password: 'p,a s=s' };
export const INFLUX_DATABASE = 'hy gate';

/** A real server on a port and in a folder of its own, that can be killed and started again. */
export class InfluxPeer {
  readonly url: string;
  readonly #program: string;
  readonly #args: readonly string[];
  readonly #health: string;
  #child: ChildProcess | undefined;

  constructor(program: string, args: readonly string[], { url, health }: { url: string; health: string }) {
    this.url = url;
    this.#program = program;
    this.#args = args;
    this.#health = `${url}${health}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Resolves when it serves. */
  async start(): Promise<this> {
    const child = spawn(this.#program, this.#args, { stdio: 'ignore' });
    this.#child = child;
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject));
    await Promise.race([this.#serving(child), failed]);
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** kill -9: nothing of it is left when this resolves. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  async #serving(child: ChildProcess): Promise<void> {
    const serves = () =>
      fetch(this.#health, { signal: AbortSignal.timeout(2000) }).then(
        (answer) => answer.ok,
        () => false,
      );
    while (!(await serves())) {
      if (child.exitCode !== null) throw new Error(`${this.#program} ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** Debian's influxd 1.6 with authentication, one administrator and one database; `settings` are lines of its [http] section. */
export async function startInfluxd(dir: string, settings = ''): Promise<InfluxPeer> {
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
${settings}
`,
  );
  const url = `http://127.0.0.1:${http}`;
  const peer = await new InfluxPeer('influxd', ['-config', config], { url, health: '/ping' }).start();
  const { user, password } = INFLUX_ADMIN;
  await queryInflux(url, `CREATE USER "${user}" WITH PASSWORD '${password}' WITH ALL PRIVILEGES`);
  await queryInflux(url, `CREATE DATABASE "${INFLUX_DATABASE}"`);
  return peer;
}

interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** InfluxQL, as the administrator; times in ms, or as texts with nine digits behind the second. */
export async function queryInflux(
  url: string,
  q: string,
  epoch: 'ms' | '' = 'ms',
): Promise<readonly Series[]> {
  const parameters = new URLSearchParams({ db: INFLUX_DATABASE, epoch, q });
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
  return new InfluxPeer('victoria-metrics', flags, { url, health: '/health' }).start();
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
