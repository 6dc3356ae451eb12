import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../kit/free-port.ts';
import { peerPath, without } from '../kit/peers.ts';
import { until } from '../kit/until.ts';
import { SECRET_FILE } from './gateway.ts';

/** A real server behind `influx:` of a site file. */
export interface InfluxServer {
  readonly name: string;
  readonly pid: number;
  /** What stands in the site file under `influx`. */
  readonly target: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** VictoriaMetrics in a folder of its own; undefined where it is not installed. */
export async function startInflux(dir: string): Promise<InfluxServer | undefined> {
  if (without('victoriaMetrics')) return undefined;
  const address = `127.0.0.1:${await freePort()}`;
  const flags = [
    `-storageDataPath=${join(dir, 'victoria')}`,
    `-httpListenAddr=${address}`,
    '-retentionPeriod=1y',
  ];
  const child = spawn(peerPath('victoriaMetrics'), flags, { stdio: 'ignore' });
  const url = `http://${address}`;
  await until('VictoriaMetrics serves', () => answers(child, `${url}/health`));
  return {
    name: 'VictoriaMetrics',
    pid: child.pid ?? 0,
    target: { url, org: 'bench', bucket: 'bench', token: SECRET_FILE },
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

function answers(child: ChildProcess, url: string): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`VictoriaMetrics ended with code ${child.exitCode}`);
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}
