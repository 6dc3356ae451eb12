import type { ModbusAddress } from '#model/driver';
import { silentLog } from '#model/log';
import type { Line } from '#model/site';
import type { Ms } from '#model/time';
import { Poller } from '../../collectors/poller/poller.ts';
import { ModbusLines } from '../../collectors/protocols/modbus/lines.ts';
import { ModbusSource } from '../../collectors/protocols/modbus/source.ts';
import type { PollResult, PollSource } from '../../collectors/source.ts';
import { seededRandom } from '../../firmware-sim/physics/random.ts';
import { FaultProxy } from '../kit/fault-proxy.ts';
import { LoopClock } from '../kit/loop-clock.ts';
import { modbusDevice, rtuOverTcpLine, tcpLine } from '../kit/modbus-device.ts';
import { type Fate, FatefulUnits, isTrue } from '../kit/modbus-fates.ts';
import { type ScriptedFraming, ScriptedModbus } from '../kit/modbus-scripted.ts';
import { until } from '../kit/until.ts';

export const PERIOD: Ms = 400;
export const TIMEOUT: Ms = 80;

/** Three blocks, two of one length: their answers look the same. */
const POINTS = Object.fromEntries(
  [0, 1, 2, 8, 9, 10, 20, 21].map((address): [string, ModbusAddress] => [
    `r${address}`,
    { table: 'holding', address, type: 'uint16' },
  ]),
);

/** Of one device. */
export interface Seen {
  readonly unit: number;
  good: number;
  bad: number;
  wrong: number;
  /** Samples that a read should have brought and did not. */
  missing: number;
  skipped: number;
  reads: number;
  /** Reads that brought not every point well. */
  badReads: number;
  /** The longest time that a read took since this was set to 0. */
  longest: Ms;
  /** When all its points were last good, monotonic. */
  goodAt: Ms;
  lastWasGood: boolean;
}

export interface FieldOptions {
  readonly framing: ScriptedFraming;
  readonly seed: number;
  readonly units: readonly number[];
  /** How often each unit is read. */
  readonly period?: Ms;
  /** The devices' trait: the rest on the wire before each question. */
  readonly pause?: Ms;
}

/** A Modbus line as it is in the field: units that tell whose each value is, a wire that may go wrong, our poller. */
export class Field {
  readonly server: ScriptedModbus;
  readonly proxy: FaultProxy;
  readonly seen: readonly Seen[];
  /** Of everything here: that this process stands still is no fault of the line. */
  readonly clock: LoopClock;
  /** What befalls the answer to a question. */
  fateOf: (unit: number, serial: number) => Fate | undefined = () => undefined;
  injected = 0;
  readonly #options: FieldOptions;
  readonly #lines: ModbusLines;
  #poller: Poller | undefined;

  constructor(options: FieldOptions, server: ScriptedModbus, proxy: FaultProxy, clock: LoopClock) {
    this.#options = options;
    this.server = server;
    this.proxy = proxy;
    this.clock = clock;
    this.#lines = new ModbusLines(clock);
    this.seen = options.units.map((unit) => ({
      ...{
        unit,
        good: 0,
        bad: 0,
        wrong: 0,
        missing: 0,
        skipped: 0,
        reads: 0,
        badReads: 0,
        longest: 0,
        goodAt: 0,
        lastWasGood: false,
      },
    }));
  }

  /** Resolves when every device was read well. */
  async start(): Promise<void> {
    const { framing, seed } = this.#options;
    const { server, clock } = this;
    const units = new FatefulUnits({
      server,
      framing,
      clock,
      timeout: TIMEOUT,
      random: seededRandom(seed, framing),
    });
    server.behaviour = (asked) => {
      const fate = this.fateOf(asked.unit, asked.serial);
      if (fate !== undefined) this.injected++;
      units.answer(asked, fate);
    };
    this.#poller = this.#pollerOf(this.#line);
    await this.#poller.start();
    await until('all devices are read', () => this.seen.every(({ lastWasGood }) => lastWasGood));
  }

  async stop(): Promise<void> {
    this.#lines.close();
    await this.#poller?.stop();
    await this.proxy.stop();
    await this.server.stop();
    this.clock.stop();
  }

  /** Each device has been read so many times more. */
  async rounds(count: number): Promise<void> {
    const reads = (seen: Seen) => seen.reads + seen.skipped;
    const before = this.seen.map(reads);
    await until(`${count} rounds`, () =>
      this.seen.every((one, index) => reads(one) - (before[index] ?? 0) >= count),
    );
  }

  get #period(): Ms {
    return this.#options.period ?? PERIOD;
  }

  get #line(): Line {
    const { framing } = this.#options;
    return framing === 'mbap' ? tcpLine(this.proxy.port) : rtuOverTcpLine(this.proxy.port);
  }

  #pollerOf(line: Line): Poller {
    const seenOf = (id: string) => this.seen.find(({ unit }) => id === `unit-${unit}`);
    return new Poller({
      devices: this.seen.map((seen) => {
        const wish = { id: `unit-${seen.unit}`, line, unit: seen.unit, every: this.#period, points: POINTS };
        const device = modbusDevice({
          ...wish,
          traits: { timeoutMs: TIMEOUT, pauseMs: this.#options.pause ?? 0 },
        });
        const source = new ModbusSource(device, this.#lines.get(line), this.clock);
        return { device: device.id, every: this.#period, source: this.#judged(source, seen) };
      }),
      onResult: () => {},
      onSkipped: (id, count) => {
        const seen = seenOf(id);
        if (seen !== undefined) seen.skipped += count;
      },
      clock: this.clock,
      log: silentLog,
    });
  }

  /** The source, and of each value the verdict of the units themselves. */
  #judged(source: PollSource, seen: Seen): PollSource {
    return {
      poll: async (now, signal) => {
        const [begun, before] = [this.clock.monotonic(), this.server.asked];
        const result = await source.poll(now, signal);
        seen.longest = Math.max(seen.longest, this.clock.monotonic() - begun);
        this.#judge(result, seen, before);
        return result;
      },
      close: () => source.close(),
    };
  }

  #judge({ samples }: PollResult, seen: Seen, before: number): void {
    const good = samples.filter(({ quality }) => quality === 'good');
    for (const { key, value } of good) {
      const where = { unit: seen.unit, address: Number(key.slice(1)) };
      if (!isTrue(value ?? -1, where, before, this.server.asked)) seen.wrong++;
    }
    seen.good += good.length;
    seen.bad += samples.length - good.length;
    seen.missing += Object.keys(POINTS).length - samples.length;
    seen.reads++;
    if (good.length < samples.length) seen.badReads++;
    seen.lastWasGood = good.length === samples.length;
    if (seen.lastWasGood) seen.goodAt = this.clock.monotonic();
  }
}

export async function startField(options: FieldOptions): Promise<Field> {
  const server = new ScriptedModbus(options.framing);
  const clock = new LoopClock();
  const proxy = new FaultProxy({ target: await server.start(), seed: options.seed, clock });
  await proxy.start();
  const field = new Field(options, server, proxy, clock);
  try {
    await field.start();
    return field;
  } catch (error) {
    await field.stop();
    throw error;
  }
}
