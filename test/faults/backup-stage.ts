import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EpochMs, type Ms, realClock } from '#model/time';
import { segmentPath } from '../../gateway/journal/segment.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { until } from '../kit/until.ts';
import { TorturedLogger } from '../torture/logger.ts';
import { KEYS, Oracle, sumOf, type Verdict } from '../torture/oracle.ts';
import { Witness } from '../torture/witness.ts';

const SMALL = fileURLToPath(new URL('../torture/gateway.child.ts', import.meta.url));
const SECRET = 'backup-secret-of-loopback';
const SITE = 'backup';
const LOGGERS = 6;
const STEP: Ms = 2;

const idOf = (number: number): string => `logger-${number}`;

/** A gateway whose segments roll every second or two, and loggers that know what was acknowledged. */
export class BackupStage {
  readonly dataDir: string;
  readonly #dir: string;
  readonly #port: number;
  readonly #oracles = Array.from(
    { length: LOGGERS },
    (_, logger) => new Oracle({ logger, base: realClock.wall(), step: STEP }),
  );
  readonly #loggers: TorturedLogger[];
  #gateway: HygateProcess | undefined;
  /** The longest wait for a PUBACK since it was set to 0. */
  slowest: Ms = 0;
  lastAcknowledgedAt: EpochMs = 0;

  constructor(dir: string, port: number) {
    this.#dir = dir;
    this.#port = port;
    this.dataDir = join(dir, 'data');
    this.#loggers = this.#oracles.map((oracle, number) => {
      const onAcknowledged = (_: EpochMs, after: Ms) => {
        this.slowest = Math.max(this.slowest, after);
        this.lastAcknowledgedAt = realClock.wall();
      };
      const options = { id: idOf(number), site: SITE, password: SECRET, port, oracle, onAcknowledged };
      return new TorturedLogger({ ...options, rounds: number % 2 === 0 ? 1 : 20 });
    });
  }

  static async start(dir: string): Promise<BackupStage> {
    const stage = new BackupStage(dir, await freePort());
    await stage.#begin();
    return stage;
  }

  /** The gateway on another folder: a backup, or what was restored from one. */
  async moveTo(dataDir: string): Promise<void> {
    await this.#gateway?.stop('SIGKILL');
    const since = realClock.wall();
    this.#run(dataDir);
    await until(
      'the gateway acknowledges',
      () => this.lastAcknowledgedAt > since && this.lastAcknowledgedAt,
      60_000,
    );
  }

  /** Readings that are acknowledged by now. */
  get acknowledged(): number {
    return sumOf(this.#oracles.map((oracle) => oracle.verdict())).acknowledged;
  }

  /** What a folder has of the readings that were acknowledged before the call `mark`, and whether it invents any. */
  look(dataDir: string, promised: readonly Oracle[] = this.#oracles): Verdict {
    for (const oracle of this.#oracles) oracle.look();
    new Witness(join(dataDir, 'journal')).read((point, at, value) => {
      const [device = '', key = ''] = point.split('.');
      this.#oracles[Number(device.slice('logger-'.length))]?.see(KEYS.indexOf(key), at, value);
    }, 0);
    return sumOf(promised.map((oracle) => oracle.verdict()));
  }

  async drain(): Promise<void> {
    for (const logger of this.#loggers) logger.finish();
    await until('everything is acknowledged', () => this.#loggers.every(({ done }) => done), 60_000);
  }

  async stop(): Promise<void> {
    for (const logger of this.#loggers) logger.stop();
    await this.#gateway?.stop('SIGKILL');
  }

  async #begin(): Promise<void> {
    mkdirSync(this.#dir, { recursive: true });
    const devices = this.#oracles.map((_, number) => ({
      ...{ id: idOf(number), area: 'hall', driver: 'mqtt-logger', every: '1s' },
      login: { user: idOf(number), password: 'file:secret' },
    }));
    const listen = { mqtt: `127.0.0.1:${this.#port}`, http: `127.0.0.1:${await freePort()}` };
    const site = { site: { id: SITE, name: SITE }, listen, areas: [{ id: 'hall', name: 'hall' }], devices };
    writeFileSync(join(this.#dir, 'secret'), SECRET);
    writeFileSync(join(this.#dir, 'site.yaml'), JSON.stringify(site));
    this.#run(this.dataDir);
    for (const logger of this.#loggers) logger.start();
    const second = segmentPath(join(this.dataDir, 'journal'), 2);
    await until('a segment is finished', () => existsSync(second) && this.acknowledged > 2_000, 60_000);
  }

  #run(dataDir: string): void {
    this.#gateway = new HygateProcess([join(this.#dir, 'site.yaml'), dataDir], { entry: SMALL });
  }
}

/** `hygate backup`, as a process that can be killed. */
export const startBackup = (from: string, to: string): HygateProcess =>
  new HygateProcess(['backup', from, to]);

/** Throws what `hygate verify` found in the folder. */
export async function verify(dir: string): Promise<void> {
  const command = new HygateProcess(['verify', dir]);
  const { code } = await command.exited;
  if (code !== 0) throw new Error(`hygate verify ${dir}: ${command.output}`);
}

/** Throws when a file of the manifest is not as it says. Returns how many there are. */
export function checkManifest(dir: string): number {
  const path = join(dir, 'manifest.json');
  if (!existsSync(path)) throw new Error(`${dir} has no manifest`);
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as { files: { path: string; sha256: string }[] };
  for (const file of files) {
    const sha256 = createHash('sha256')
      .update(readFileSync(join(dir, file.path)))
      .digest('hex');
    if (sha256 !== file.sha256) throw new Error(`${file.path} is not what the manifest says`);
  }
  return files.length;
}
