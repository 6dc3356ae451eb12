import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../../gateway/cli/examinations/diagnose.ts';
import type { Finding } from '../../gateway/doctor/finding.ts';
import { ApiClient, PASSWORD } from './api-gateway.ts';
import { freePort } from './free-port.ts';
import { HygateProcess } from './hygate-process.ts';
import { INFLUX_ADMIN, INFLUX_DATABASE, startInfluxd } from './influx-peers.ts';
import { peerPath } from './peers.ts';
import { scenarioOf, startSimulation } from './sim-hospital.ts';
import { addressOf } from './sim-wire.ts';
import { startWebhookServer } from './webhook.ts';

/** Where the parts of the healthy site are. */
export interface Places {
  readonly http: number;
  readonly mqtt: number;
  readonly fridge: number;
  readonly hook: string;
  readonly influx: string;
}

const siteOf = ({ http, mqtt, fridge, hook, influx }: Places): string => `
site: { id: clinic, name: 门诊, time-zone: Asia/Shanghai }
listen: { http: "127.0.0.1:${http}", mqtt: "127.0.0.1:${mqtt}" }
page-url: http://127.0.0.1:${http}
areas: [{ id: vaccine, name: 疫苗, kind: cold-chain }]
devices:
  - { id: fridge-1, area: vaccine, driver: modbus-fridge, connect: "modbus-tcp://127.0.0.1:${fridge}?unit=1", every: 1s, limits: vaccine-storage/fridge }
people:
  - { id: li, name: 李, channels: [webhook] }
  - { id: wang, name: 王, channels: [webhook] }
  - { id: chen, name: 陈, channels: [webhook] }
channels: { webhook: { url: "${hook}" } }
routes: [{ to: [li, wang, chen] }]
heartbeat: { url: "${hook}" }
influx: { url: "${influx}", database: "${INFLUX_DATABASE}", user: ${INFLUX_ADMIN.user}, password: "${INFLUX_ADMIN.password}" }
`;

/** A clinic in good health: a real gateway, a device, a channel, a real InfluxDB. What a test wants ill, it says. */
export async function startClinic() {
  const dir = await mkdtemp(join(tmpdir(), 'hygate-doctor-'));
  const hook = await startWebhookServer();
  const influx = await startInfluxd(join(dir, 'influx'));
  const scenario = scenarioOf('devices: [{ id: fridge-1, area: a, driver: modbus-fridge }]\n');
  const { simulation, end } = await startSimulation(scenario);
  const [http, mqtt] = [await freePort(), await freePort()];
  const { port: fridge } = addressOf(simulation, 'fridge-1');
  const places: Places = { http, mqtt, fridge, hook: hook.url, influx: influx.url };
  const [healthy, dataDir] = [siteOf(places), join(dir, 'data')];

  /** The findings about a site file, the healthy one with changes. */
  const examine = async (
    change: (site: string) => string = (site) => site,
    more: { readonly dataDir?: string; readonly url?: string } = {},
  ): Promise<readonly Finding[]> => {
    const file = await write('changed.yaml', change(healthy));
    return diagnose({ file, dataDir: more.dataDir ?? dataDir, url: more.url });
  };
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(dir, name), text);
    return join(dir, name);
  };
  const file = await write('site.yaml', healthy);
  const run = async (): Promise<HygateProcess> => {
    const hygate = new HygateProcess(['run', '--config', file, '--data', dataDir]);
    await hygate.waitFor(/^Page /m);
    return hygate;
  };
  const close = async (): Promise<void> => {
    await end();
    await influx.stop();
    await hook.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { ...{ dir, file, dataDir, places, simulation, influx, hook }, examine, write, run, close };
}

export type Clinic = Awaited<ReturnType<typeof startClinic>>;

/** The first administrator chooses a password. */
export async function choosePassword(hygate: HygateProcess, { http }: Places): Promise<void> {
  const [, password = ''] = await hygate.waitFor(/one-time password: (\S+)/);
  const client = new ApiClient(`http://127.0.0.1:${http}`);
  await client.call('/api/v1/login', { name: 'admin', password });
  await client.call('/api/v1/password', { current: password, next: PASSWORD });
}

/** Findings as a line each, for people and for tests. */
export const told = (findings: readonly Finding[]) =>
  findings.map(({ gravity, code, about, what }) => `${gravity} ${code}: ${about.en}: ${what.en}`);

/** A certificate of that many days from now, made in a folder. */
export function certificateFor(days: number, dir: string) {
  const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost'];
  const files = ['-keyout', key, '-out', cert, '-days', String(days)];
  execFileSync(peerPath('openssl'), [...request, ...files], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}
