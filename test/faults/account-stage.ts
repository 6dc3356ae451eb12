import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LedgerHour, PointLedger } from '#model/journal';
import { silentLog } from '#model/log';
import { silentMeter } from '#model/meter';
import type { Reading } from '#model/reading';
import type { Site, SiteDevice } from '#model/site';
import { type EpochMs, HOUR, type Ms, realClock } from '#model/time';
import { audit } from '../../gateway/journal/audit/audit.ts';
import { FileJournal } from '../../gateway/journal/journal.ts';
import { Gateway } from '../../gateway/main.ts';
import { apiSite } from '../kit/api-site.ts';
import { FaithfulLogger } from '../kit/faithful-logger.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { freePort } from '../kit/free-port.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { LoopPulse } from '../kit/loop-pulse.ts';
import { modbusDevice, tcpLine } from '../kit/modbus-device.ts';
import { healthy, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

const ENTRY = fileURLToPath(new URL('./account.child.ts', import.meta.url));
/** How often both devices are expected to give a reading. */
export const EVERY: Ms = 250;
/** Its timer is late each time by what the machine is busy. */
const BOX_EVERY: Ms = EVERY - 4;
export const BOILER = 'boiler.count';
export const BOX = 'box.temp';

/** Something happened at one moment between these two: a busy process hears of it late. */
export interface Span {
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/** A real gateway with a device that it polls and a logger behind a wire that can be cut. Both know what they gave when. */
export class AccountStage {
  readonly device = new ScriptedModbus('mbap');
  /** The number of each question, which is the answer's value, and when it was asked. */
  readonly asked = new Map<number, Span>();
  readonly #pulse = new LoopPulse();
  readonly #dir: string;
  readonly #seed: number;
  readonly #timeout: Ms;
  #site: Site = apiSite;
  #wire: FaultProxy | undefined;
  #box: FaithfulLogger | undefined;
  #stopGateway: () => Promise<unknown> = async () => {};

  constructor({ dir, seed, timeout }: { dir: string; seed: number; timeout: Ms }) {
    this.#dir = dir;
    this.#seed = seed;
    this.#timeout = timeout;
  }

  get wire(): FaultProxy {
    if (this.#wire === undefined) throw new Error('the stage is not open');
    return this.#wire;
  }

  get box(): FaithfulLogger {
    if (this.#box === undefined) throw new Error('the stage is not open');
    return this.#box;
  }

  /** Everything runs, and gave `readings` readings. A mortal gateway is a process that can be killed. */
  async open(readings: number, mortal: boolean): Promise<void> {
    this.device.behaviour = (asked) => this.answer(() => healthy(asked), asked.serial);
    const devicePort = await this.device.start();
    const mqtt = await freePort();
    this.#wire = new FaultProxy({ target: mqtt, seed: this.#seed });
    const url = `mqtt://127.0.0.1:${await this.#wire.start()}`;
    this.#site = siteOf(devicePort, mqtt, this.#timeout);
    await writeFile(this.#siteFile, JSON.stringify(this.#site));
    await (mortal ? this.#startMortal() : this.startGateway('this boot'));
    this.newBox(url);
    await this.someReadings(readings);
  }

  answer(how: () => void, serial: number): void {
    this.asked.set(serial, { since: this.#pulse.since, until: realClock.wall() });
    how();
  }

  newBox(url = `mqtt://127.0.0.1:${this.#wire?.port ?? 0}`): FaithfulLogger {
    this.#box = new FaithfulLogger({ url, site: this.#site.id, device: 'box', every: BOX_EVERY });
    this.#box.start();
    return this.#box;
  }

  async startGateway(boot: string): Promise<void> {
    const options = { site: this.#site, dataDir: this.#data, log: silentLog, journal: { boot } };
    const gateway = new Gateway(options);
    await gateway.start();
    this.#stopGateway = () => gateway.stop();
  }

  /** In order, but for a mortal one: that is killed. */
  async endGateway(): Promise<void> {
    await this.#stopGateway();
    this.#stopGateway = async () => {};
  }

  async #startMortal(): Promise<void> {
    const gateway = new HygateProcess([this.#siteFile, this.#data], { entry: ENTRY });
    this.#stopGateway = () => gateway.stop('SIGKILL');
    await gateway.waitFor(/^Data /m);
  }

  /** Both give so many more; returns how long the first one took. */
  async someReadings(count: number): Promise<Ms> {
    const begun = realClock.monotonic();
    const [asked, sent] = [this.asked.size, this.box.acknowledged];
    await until('a question comes', () => this.asked.size > asked);
    const first = realClock.monotonic() - begun;
    await until(
      'both devices are read',
      () => this.asked.size >= asked + count && this.box.acknowledged >= sent + count,
    );
    return first;
  }

  /** Ends everything and asks the journal that is left. */
  async close(): Promise<Verdict> {
    await this.#box?.rest();
    await this.endGateway();
    await this.#box?.stop();
    await this.#wire?.stop();
    await this.device.stop();
    const dir = join(this.#data, 'journal');
    const { unbalancedHours, historyFaultHours } = audit({ dir, log: silentLog });
    if (unbalancedHours + historyFaultHours > 0)
      throw new Error(`the audit: ${unbalancedHours} hours unbalanced, ${historyFaultHours} of the history`);
    return this.#ask(new FileJournal({ dir, clock: realClock, log: silentLog, meter: silentMeter }));
  }

  /** What is left of a stage, also of one whose trial failed. */
  async clear(): Promise<void> {
    this.#pulse.stop();
    await this.endGateway();
    await this.#box?.stop();
    await this.#wire?.stop();
    await this.device.stop();
  }

  get #siteFile(): string {
    return join(this.#dir, 'site.json');
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }

  async #ask(journal: FileJournal): Promise<Verdict> {
    await journal.start();
    const { history } = journal;
    const to = realClock.wall();
    const from = to - HOUR;
    const ask = async (point: string): Promise<PointVerdict> => ({
      readings: await history.readings(point, from, to, 100_000),
      ledger: await history.ledger(point, from, to, EVERY),
    });
    const verdict = { boiler: await ask(BOILER), box: await ask(BOX) };
    await journal.stop();
    return verdict;
  }
}

export interface PointVerdict {
  readonly readings: readonly Reading[];
  readonly ledger: PointLedger;
}

export interface Verdict {
  readonly boiler: PointVerdict;
  readonly box: PointVerdict;
}

export const sumOf = (hours: readonly LedgerHour[], pick: (row: LedgerHour) => number): number =>
  hours.reduce((sum, row) => sum + pick(row), 0);

function siteOf(devicePort: number, mqtt: number, timeoutMs: Ms): Site {
  const boiler = modbusDevice({
    line: tcpLine(devicePort),
    points: { count: { table: 'holding', address: 1, type: 'uint16' } },
    traits: { timeoutMs },
    every: EVERY,
  });
  const boxPoint = { ...firstPoint(boiler), id: BOX, key: 'temp', device: 'box' };
  const link = { protocol: 'mqtt', user: 'box', password: 'box' } as const;
  const box: SiteDevice = { ...boiler, id: 'box', driver: 'mqtt-logger', link, points: [boxPoint] };
  const cellar = { id: 'cellar', name: { zh: '地下室', en: 'Cellar' }, kind: 'other' } as const;
  return {
    ...apiSite,
    areas: [cellar],
    devices: [boiler, box],
    mqtt: { host: '127.0.0.1', port: mqtt },
    http: { host: '127.0.0.1', port: 0 },
  };
}

function firstPoint({ points }: SiteDevice): SiteDevice['points'][number] {
  const [point] = points;
  if (point === undefined) throw new Error('a device without points');
  return point;
}
