import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EpochMs, type Ms, realClock, SECOND } from '#model/time';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { type Field, startField } from '../bench/field.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateClient } from '../kit/hygate-client.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { until } from '../kit/until.ts';
import { followChain } from '../torture/final-look.ts';
import { TorturedLogger } from '../torture/logger.ts';
import { KEYS, Oracle, sumOf, type Verdict } from '../torture/oracle.ts';
import { PatternOracle, type PatternVerdict } from '../torture/pattern-oracle.ts';
import { Witness } from '../torture/witness.ts';
import { fieldScenario, PATTERNED, SOAKED } from './field.ts';
import { Pages, Subscriber } from './onlookers.ts';
import { type Sample, Sampler } from './sampler.ts';
import { type FieldFault, makeSchedule, type PeerFault, type PeerFaultSpan } from './schedule.ts';
import { Target } from './target.ts';

export interface SoakOptions {
  /** Of the load. */
  readonly length: Ms;
  readonly seed: number;
  readonly dir: string;
  readonly sampleEvery: Ms;
  readonly say: (line: string) => void;
}

export interface SoakResult {
  readonly field: readonly FieldFault[];
  readonly peers: readonly PeerFaultSpan[];
  readonly samples: readonly Sample[];
  /** Of the loggers that know what they sent. */
  readonly verdict: Verdict;
  /** Of the devices with the counting pattern. */
  readonly polled: PatternVerdict;
  /** The longest between a message and its PUBACK. */
  readonly worstAcknowledgement: Ms;
  readonly segments: number;
  /** What `hygate verify` and `hygate audit` said of the data folder. */
  readonly verify: Said;
  readonly audit: Said;
}

export interface Said {
  readonly code: number | null;
  readonly lastLine: string;
}

/** The simulator's loggers publish to a site of this id. */
const SITE = 'bench';
const SECRET = 'soak-secret-of-loopback';
const SECRET_FILE = 'file:secret';
const READER = 'screen';
/** Loggers whose readings are counted, two points twice a second each. */
const COUNTED = 10;
const STEP: Ms = 500;
const PAGES = 3;
const DRAINED_WITHIN: Ms = 120 * SECOND;

/** Load, faults and looks for a while; then everything is counted. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  await using ending = new AsyncDisposableStack();
  const soak = new Soak(options, ending);
  try {
    await soak.start();
    await soak.load();
    return await soak.finish();
  } catch (error) {
    throw await soak.explain(error);
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #ending: AsyncDisposableStack;
  readonly #schedule: ReturnType<typeof makeSchedule>;
  readonly #loggers: TorturedLogger[] = [];
  readonly #oracles = new Map<string, Oracle>();
  readonly #pattern = new PatternOracle(PATTERNED);
  readonly #siteFile: string;
  readonly #dataDir: string;
  readonly #target: Target;
  #worst: Ms = 0;
  #field: Field | undefined;
  #gateway: HygateProcess | undefined;
  #pages: Pages | undefined;
  #subscriber: Subscriber | undefined;
  #sampler: Sampler | undefined;

  constructor(options: SoakOptions, ending: AsyncDisposableStack) {
    const { dir, length, seed } = options;
    this.#options = options;
    this.#ending = ending;
    this.#siteFile = join(dir, 'site.yaml');
    this.#dataDir = join(dir, 'data');
    this.#target = new Target(join(dir, 'victoria'));
    this.#schedule = makeSchedule({ devices: SOAKED, length, random: seededRandom(seed, 'soak') });
  }

  async start(): Promise<void> {
    const { dir, sampleEvery } = this.#options;
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'secret'), SECRET);
    const [mqtt, http] = [await freePort(), await freePort()];
    await this.#target.start();
    this.#ending.defer(() => this.#target.kill());
    this.#field = await startField(fieldScenario(this.#schedule.field), dir, `127.0.0.1:${mqtt}`);
    this.#ending.defer(() => this.#field?.stop());
    await writeFile(this.#siteFile, JSON.stringify(this.#site(this.#field, mqtt, http)));
    this.#gateway = new HygateProcess(['run', '--config', this.#siteFile, '--data', this.#dataDir]);
    this.#ending.defer(async () => void (await this.#gateway?.stop('SIGKILL')));
    await this.#watch(mqtt, `http://127.0.0.1:${http}`);
    this.#sampler = new Sampler(this.#gateway.pid, `http://127.0.0.1:${http}`, sampleEvery);
    this.#startLoggers(mqtt);
    this.#sampler.start();
    this.#ending.defer(() => this.#sampler?.stop());
  }

  /** Resolves when the time is over; every fault that began has ended by then. */
  async load(): Promise<void> {
    const begun = realClock.monotonic();
    const until = (at: Ms) => realClock.sleep(Math.max(0, at - (realClock.monotonic() - begun)));
    const faults = this.#schedule.peers.map(async ({ fault, at, lasts }) => {
      await until(at);
      await this.#begin(fault);
      this.#options.say(`${(at / SECOND).toFixed(0)} s: ${fault}`);
      await until(at + lasts);
      await this.#end(fault);
    });
    const over = Promise.all([until(this.#options.length), ...faults]);
    await Promise.race([over, this.#endedEarly()]);
  }

  /** What is on its way arrives; then the gateway is stopped in order and its folder is read. */
  async finish(): Promise<SoakResult> {
    for (const logger of this.#loggers) logger.finish();
    await until(
      'the loggers are rid of everything',
      () => this.#loggers.every(({ done }) => done),
      DRAINED_WITHIN,
    );
    const sampler = this.#sampler;
    if (sampler === undefined) throw new Error('the soak was not started');
    sampler.stop();
    await until(
      'InfluxDB has everything',
      async () => (await sampler.look()).influxLagRows <= 1_000,
      DRAINED_WITHIN,
    );
    await this.#gateway?.stop('SIGINT');
    const journalDir = join(this.#dataDir, 'journal');
    new Witness(journalDir).read((...reading) => this.#see(...reading), 0);
    return {
      ...this.#schedule,
      ...{ samples: sampler.samples, worstAcknowledgement: this.#worst, polled: this.#pattern.verdict() },
      verdict: sumOf([...this.#oracles.values()].map((oracle) => oracle.verdict())),
      segments: followChain(journalDir),
      verify: await said(['verify', this.#dataDir]),
      audit: await said(['audit', this.#dataDir]),
    };
  }

  #site(field: Field, mqtt: number, http: number): object {
    const counted = Array.from({ length: COUNTED }, (_, number) => ({
      ...{ id: loggerId(number), area: 'hall', driver: 'mqtt-logger', every: '1s' },
      login: { user: loggerId(number), password: SECRET_FILE },
    }));
    return {
      site: { id: SITE, name: SITE },
      listen: { mqtt: `127.0.0.1:${mqtt}`, http: `127.0.0.1:${http}` },
      areas: field.areas,
      devices: [...field.devices, ...counted],
      clients: [{ user: READER, password: SECRET_FILE, role: 'reader' }],
      influx: { url: this.#target.url, org: 'soak', bucket: 'soak', token: SECRET_FILE },
    };
  }

  /** Pages with an event stream, a program that subscribes to everything, and one that then reads nothing. */
  async #watch(mqtt: number, url: string): Promise<void> {
    const [, oneTime = ''] = (await this.#gateway?.waitFor(/one-time password: (\S+)[\s\S]*^Data /m)) ?? [];
    const pages = new Pages(await HygateClient.first(url, oneTime, 'a long enough password'));
    pages.open(PAGES);
    this.#ending.defer(() => pages.stop());
    this.#pages = pages;
    const [reading, frozen] = [false, true].map(
      (freezes) => new Subscriber({ port: mqtt, user: READER, password: SECRET, frozen: freezes }),
    );
    for (const subscriber of [reading, frozen]) {
      subscriber?.start();
      this.#ending.defer(() => subscriber?.stop());
    }
    this.#subscriber = reading;
  }

  #startLoggers(port: number): void {
    const base: EpochMs = realClock.wall();
    const onAcknowledged = (_: EpochMs, after: Ms) => {
      this.#worst = Math.max(this.#worst, after);
    };
    for (let number = 0; number < COUNTED; number++) {
      const id = loggerId(number);
      const oracle = new Oracle({ logger: number, base, step: STEP });
      const rounds = number % 2 === 0 ? 1 : 4;
      const logger = new TorturedLogger({
        ...{ id, site: SITE, password: SECRET, port, rounds, oracle, onAcknowledged },
      });
      this.#oracles.set(id, oracle);
      this.#loggers.push(logger);
      this.#ending.defer(() => logger.stop());
      logger.start();
    }
  }

  /** A gateway that ended by itself is the reason of every other failure. */
  explain(error: unknown): Promise<unknown> {
    return Promise.race([
      this.#endedEarly().catch((ended) => ended),
      realClock.sleep(SECOND).then(() => error),
    ]);
  }

  async #endedEarly(): Promise<never> {
    const exit = await this.#gateway?.exited;
    throw new Error(`the gateway ended by itself (${exit?.code ?? exit?.signal}):\n${this.#gateway?.output}`);
  }

  async #begin(fault: PeerFault): Promise<void> {
    if (fault === 'influx killed') await this.#target.kill();
    else if (fault === 'influx frozen') this.#target.freeze();
    else if (fault === 'field frozen') this.#signalField('SIGSTOP');
    else if (fault === 'pages cut') this.#pages?.cut();
    else if (fault === 'subscriber cut') this.#subscriber?.cut();
    else for (const logger of this.#loggers) logger.cut();
  }

  async #end(fault: PeerFault): Promise<void> {
    if (fault === 'influx killed') await this.#target.start();
    else if (fault === 'influx frozen') this.#target.thaw();
    else if (fault === 'field frozen') this.#signalField('SIGCONT');
  }

  #signalField(signal: NodeJS.Signals): void {
    if (this.#field !== undefined) process.kill(this.#field.pid, signal);
  }

  #see(id: string, at: EpochMs, value: number): void {
    if (this.#pattern.see(id, at, value)) return;
    const [device = '', key = ''] = id.split('.');
    this.#oracles.get(device)?.see(KEYS.indexOf(key), at, value);
  }
}

const loggerId = (number: number): string => `counted-${number}`;

async function said(args: readonly string[]): Promise<Said> {
  const command = new HygateProcess(args);
  const { code } = await command.exited;
  return { code, lastLine: command.output.trim().split('\n').at(-1) ?? '' };
}
