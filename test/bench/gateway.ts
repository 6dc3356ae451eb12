import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { until } from '../kit/until.ts';
import { Scrape } from './scrape.ts';

/** The password and token of everything that the bench logs in to. */
const SECRET = 'bench-secret-of-loopback';
/** How a site file names it. */
export const SECRET_FILE = 'file:secret';
export const READER = { user: 'screen', password: SECRET };

/** A real `hygate run`, measured from outside. */
export interface MeasuredGateway {
  readonly pid: number;
  readonly mqttUrl: string;
  scrape(): Promise<Scrape>;
  /** Milliseconds from its start to its welcome, and to the first durable reading. */
  readonly welcomeAfter: number;
  readonly firstReadingAfter: number;
  stop(): Promise<void>;
}

/** Starts a gateway on a site file without `listen`, given as an object, and waits for its first durable reading. */
export async function startGateway(site: object, dir: string): Promise<MeasuredGateway> {
  await mkdir(dir, { recursive: true });
  const [mqtt, http] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const clients = [{ user: READER.user, password: SECRET_FILE, role: 'reader' }];
  await writeFile(join(dir, 'secret'), SECRET);
  const file = join(dir, 'site.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ ...site, listen: { mqtt, http }, clients }));
  return runGateway({ file, dataDir: join(dir, 'data'), mqtt, http });
}

export interface RunOptions {
  /** The site file, and the addresses that it listens on. */
  readonly file: string;
  readonly mqtt: string;
  readonly http: string;
  readonly dataDir: string;
}

export async function runGateway({ file, mqtt, http, dataDir }: RunOptions): Promise<MeasuredGateway> {
  const begun = performance.now();
  const hygate = new HygateProcess(['run', '--config', file, '--data', dataDir]);
  try {
    await hygate.waitFor(/^Data /m);
    const welcomeAfter = performance.now() - begun;
    const scrape = () => Scrape.from(`http://${http}`);
    const isDurable = async () => (await scrape()).sum('hygate_readings_journaled_total') > 0;
    await until('the first reading is durable', isDurable);
    return {
      ...{ pid: hygate.pid, mqttUrl: `mqtt://${mqtt}`, scrape, welcomeAfter },
      firstReadingAfter: performance.now() - begun,
      stop: async () => void (await hygate.stop()),
    };
  } catch (error) {
    await hygate.stop('SIGKILL');
    throw error;
  }
}
