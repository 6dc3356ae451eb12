import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochMs, type Ms, realClock } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { startField } from '../bench/field.ts';
import { freePort } from '../kit/free-port.ts';
import { until } from '../kit/until.ts';
import { compareHistory, followChain } from './final-look.ts';
import { TorturedLogger } from './logger.ts';
import { KEYS, Oracle, sumOf, type Verdict } from './oracle.ts';
import { PatternOracle } from './pattern-oracle.ts';
import { AIMS, type Aim, Victim } from './victim.ts';
import { Witness } from './witness.ts';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly dir: string;
  /** Told after each kill. */
  readonly say: (line: string) => void;
}

export interface CampaignResult {
  readonly kills: number;
  /** Kills by what they met. */
  readonly met: ReadonlyMap<Aim, number>;
  /** Of the loggers. */
  readonly verdict: Verdict;
  /** Readings of the polled devices: stored, and those that were stored twice or are not of their moment. */
  readonly polled: { readonly stored: number; readonly wrong: number };
  /** From the start of the process to the first PUBACK, of each start after a kill that came so far. */
  readonly toAcknowledged: readonly Ms[];
  /** And to the first row of readings that is durable. */
  readonly toDurable: readonly Ms[];
  /** Each followed by its hashes. */
  readonly segments: number;
}

/** Rounds in a message of each logger: from many small messages to a few large ones. */
const LOGGERS = [1, 1, 1, 1, 10, 10, 10, 10, 10, 10, 50, 50, 50, 50, 50, 50] as const;
/** Of a logger's rounds: 6,400 readings a second from all of them. */
const STEP: Ms = 5;
const SECRET = 'torture-secret-of-loopback';
const SITE = 'torture';
/** Polled devices and their points. */
const FIELD = { devices: 5, points: 20 } as const;

const FIELD_IDS = Array.from({ length: FIELD.devices }, (_, index) => `unit-${index + 1}`);

/** Kills a gateway under load again and again; nothing that it promised may be missing. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const campaign = new Campaign(options);
  await using ending = new AsyncDisposableStack();
  await campaign.start(ending);
  for (let kill = 1; kill <= options.kills; kill++) await campaign.round(kill);
  return await campaign.finish();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #random: () => number;
  readonly #journalDir: string;
  readonly #witness: Witness;
  readonly #loggers: TorturedLogger[] = [];
  readonly #oracles = new Map<string, Oracle>();
  readonly #pattern = new PatternOracle(FIELD_IDS);
  readonly #met = new Map<Aim, number>();
  readonly #toAcknowledged: Ms[] = [];
  readonly #toDurable: Ms[] = [];
  #siteFile = '';
  #victim: Victim | undefined;
  /** Of the gateway that runs now. */
  #spawnedAt: EpochMs = 0;
  #firstAcknowledged: EpochMs | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed, 'torture');
    this.#journalDir = join(options.dir, 'data/journal');
    this.#witness = new Witness(this.#journalDir);
  }

  async start(ending: AsyncDisposableStack): Promise<void> {
    const { dir } = this.#options;
    await mkdir(dir, { recursive: true });
    const field = await startField(
      `devices: []\nfleet: { id: unit, area: hall, devices: ${FIELD.devices}, points: ${FIELD.points}, every: 500ms }`,
      dir,
    );
    ending.defer(() => field.stop());
    const port = await freePort();
    this.#prepareLoggers(port);
    ending.defer(() => {
      for (const logger of this.#loggers) logger.stop();
    });
    const listen = { mqtt: `127.0.0.1:${port}`, http: `127.0.0.1:${await freePort()}` };
    const loggers = LOGGERS.map((_, number) => siteLogger(number));
    const devices = [...field.devices, ...loggers];
    const site = { site: { id: SITE, name: SITE }, listen, areas: field.areas, devices };
    this.#siteFile = join(dir, 'site.yaml');
    await writeFile(join(dir, 'secret'), SECRET);
    // JSON is YAML.
    await writeFile(this.#siteFile, JSON.stringify(site));
    ending.defer(async () => this.#victim?.end());
    for (const logger of this.#loggers) logger.start();
  }

  /** One life of the gateway. */
  async round(kill: number): Promise<void> {
    const victim = this.#spawn();
    const aim = AIMS[Math.floor(this.#random() * AIMS.length)] ?? 'load';
    let met: Aim = aim;
    if (aim === 'start') await victim.untilSomewhereInStart();
    else {
      const durable = await this.#served(victim);
      if (!(await victim.untilMoment(aim))) met = 'load';
      this.#options.say(`kill ${kill} (${met}): durable after ${durable} ms, row ${this.#witness.seq}`);
    }
    await victim.kill();
    this.#met.set(met, (this.#met.get(met) ?? 0) + 1);
  }

  /** Lets the loggers empty their memories, then reads all of it once more, from the first row on. */
  async finish(): Promise<CampaignResult> {
    const victim = this.#spawn();
    await this.#served(victim);
    for (const logger of this.#loggers) logger.finish();
    await until('the loggers are rid of everything', () => this.#loggers.every(({ done }) => done), 120_000);
    await victim.kill();
    for (const oracle of this.#oracles.values()) oracle.look();
    this.#pattern.look();
    new Witness(this.#journalDir).read((...reading) => this.#see(...reading), 0);
    const verdict = this.#verdict();
    const segments = followChain(this.#journalDir);
    await compareHistory(this.#journalDir, this.#oracles);
    const inHistory = this.#verdict();
    if (inHistory.stored !== verdict.stored || inHistory.wrong + inHistory.doubled > 0)
      throw new Error(`the history tells ${JSON.stringify(inHistory)}, the rows ${JSON.stringify(verdict)}`);
    return {
      ...{ kills: this.#options.kills, met: this.#met, verdict, segments, polled: this.#pattern.verdict() },
      ...{ toAcknowledged: this.#toAcknowledged, toDurable: this.#toDurable },
    };
  }

  #spawn(): Victim {
    const { dir } = this.#options;
    const victim = new Victim({ siteFile: this.#siteFile, dataDir: join(dir, 'data'), random: this.#random });
    this.#victim = victim;
    this.#spawnedAt = victim.spawnedAt;
    this.#firstAcknowledged = undefined;
    return victim;
  }

  /** Resolves when a logger was acknowledged, to the time until the first durable reading; what was promised is looked for. */
  async #served(victim: Victim): Promise<Ms> {
    const serves = until('the gateway acknowledges', () => this.#firstAcknowledged, 60_000);
    const acknowledged = await Promise.race([serves, victim.endedEarly]);
    this.#toAcknowledged.push(acknowledged - victim.spawnedAt);
    // What is acknowledged first may be a repeat of what the kill left without an answer: then no row tells of it.
    const durable = await until('a row of readings is durable', () => this.#newRow(victim.spawnedAt), 60_000);
    this.#toDurable.push(durable - victim.spawnedAt);
    const { lost, doubled, wrong } = this.#verdict();
    if (lost + doubled + wrong > 0) throw new Error(`lost ${lost}, doubled ${doubled}, wrong ${wrong}`);
    return durable - victim.spawnedAt;
  }

  /** Reads on. When the first row of readings since then arrived. */
  #newRow(since: EpochMs): EpochMs | undefined {
    return this.#witness.read((...reading) => this.#see(...reading), since) ?? undefined;
  }

  /** What comes over a connection to the gateway before is no sign of life of this one. */
  #acknowledged(connectedAt: EpochMs): void {
    if (connectedAt >= this.#spawnedAt) this.#firstAcknowledged ??= realClock.wall();
  }

  #prepareLoggers(port: number): void {
    const base = realClock.wall();
    LOGGERS.forEach((rounds, number) => {
      const id = loggerId(number);
      const oracle = new Oracle({ logger: number, base, step: STEP });
      this.#oracles.set(id, oracle);
      const onAcknowledged = (connectedAt: EpochMs) => this.#acknowledged(connectedAt);
      this.#loggers.push(
        new TorturedLogger({ id, site: SITE, password: SECRET, port, rounds, oracle, onAcknowledged }),
      );
    });
  }

  #see(id: string, at: EpochMs, value: number): void {
    if (this.#pattern.see(id, at, value)) return;
    const [device = '', key = ''] = id.split('.');
    const oracle = this.#oracles.get(device);
    if (oracle === undefined) throw new Error(`a reading of ${id}, which nobody sent`);
    oracle.see(KEYS.indexOf(key), at, value);
  }

  #verdict(): Verdict {
    return sumOf([...this.#oracles.values()].map((oracle) => oracle.verdict()));
  }
}

const loggerId = (number: number): string => `logger-${number}`;

const siteLogger = (number: number) => ({
  ...{ id: loggerId(number), area: 'hall', driver: 'mqtt-logger', every: '1s' },
  login: { user: loggerId(number), password: 'file:secret' },
});
