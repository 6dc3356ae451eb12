import { join } from 'node:path';
import type { DeviceState } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import type { Sample } from '#model/reading';
import type { Site, SiteDevice } from '#model/site';
import { type Clock, type Ms, SECOND } from '#model/time';
import { DeviceWatch } from './device-watch.ts';
import { type Polled, Poller } from './poller/poller.ts';
import { ModbusLines } from './protocols/modbus/lines.ts';
import { Publisher } from './publisher/publisher.ts';
import type { PushSource } from './source.ts';
import { createSource } from './sources.ts';

/** The poller spreads the first reads over a second. */
const FIRST_ROUND: Ms = 1.2 * SECOND;

/** Where the readings go. */
export interface BrokerLogin {
  /** `mqtt://host:port` */
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

export interface FleetOptions {
  readonly site: Site;
  readonly broker: BrokerLogin;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** Told of reads that were left out, and of readings that were dropped. */
  readonly onOutage?: ReportOutage;
}

/** All devices of a site that are read by us, and the way of their readings to the broker. */
export class Fleet implements Part {
  readonly name = 'fleet';
  readonly #options: FleetOptions;
  readonly #publisher: Publisher;
  readonly #lines: ModbusLines;
  readonly #watches = new Map<string, DeviceWatch>();
  readonly #pushing: PushSource[] = [];
  readonly #pollers: Poller[] = [];
  readonly #stopping = new AbortController();
  #loading: Promise<void> = Promise.resolve();

  constructor(options: FleetOptions) {
    const { broker, clock } = options;
    this.#options = options;
    this.#publisher = new Publisher({ ...options, ...broker, site: options.site.id });
    this.#lines = new ModbusLines(clock);
  }

  async start(): Promise<void> {
    const { devices } = this.#options.site;
    await this.#publisher.start();
    await this.#read(devices.filter(({ link }) => link.protocol === 'modbus'));
    const slow = devices.filter(({ link }) => link.protocol === 'opcua');
    if (slow.length > 0) this.#loading = this.#readLater(slow);
  }

  /** Ends what is being read, then hands over what was read. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loading;
    this.#lines.close();
    const sources = [
      ...this.#pollers.map((poller) => poller.stop()),
      ...this.#pushing.map((source) => source.close()),
    ];
    await Promise.all(sources);
    await this.#publisher.stop();
  }

  /** Readings that the door has not acknowledged. */
  get waiting(): number {
    return this.#publisher.waiting;
  }

  states(): readonly DeviceState[] {
    return [...this.#watches.values()].flatMap(({ state }) => (state === undefined ? [] : [state]));
  }

  /** Loading node-opcua stands in everybody's way for a second: the others are read for the first time before. */
  async #readLater(devices: readonly SiteDevice[]): Promise<void> {
    const { clock, log } = this.#options;
    try {
      await clock.sleep(FIRST_ROUND, this.#stopping.signal);
      await this.#read(devices);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.error({ err: error }, 'OPC UA devices are not read: their protocol could not be loaded');
      for (const device of devices) this.#watch(device).reported(false, 'OPC UA 无法加载 / cannot be loaded');
    }
  }

  async #read(devices: readonly SiteDevice[]): Promise<void> {
    const { dataDir, clock, log, meter } = this.#options;
    const deps = { clock, log, meter, pkiDir: join(dataDir, 'pki') };
    const polled: Polled[] = [];
    for (const device of devices) {
      const source = await createSource(device, this.#lines, deps);
      if (source === undefined) continue;
      this.#watch(device);
      if ('poll' in source) polled.push({ device: device.id, every: device.every, source });
      else this.#listen(device.id, source);
    }
    await this.#poll(polled);
  }

  #watch(device: SiteDevice): DeviceWatch {
    const watch = this.#watches.get(device.id) ?? new DeviceWatch(device, this.#options);
    this.#watches.set(device.id, watch);
    return watch;
  }

  async #poll(devices: readonly Polled[]): Promise<void> {
    const { clock, log } = this.#options;
    const poller = new Poller({
      devices,
      onResult: (id, result) => {
        this.#watches.get(id)?.polled(result);
        this.#publish(id, result.samples);
      },
      onSkipped: (id, count) => this.#watches.get(id)?.skipped(count),
      clock,
      log,
    });
    this.#pollers.push(poller);
    await poller.start();
  }

  #listen(device: string, source: PushSource): void {
    this.#pushing.push(source);
    source.open({
      samples: (samples) => this.#publish(device, samples),
      read: (result) => {
        this.#watches.get(device)?.read(result);
        this.#publish(device, result.samples);
      },
      state: (up, why) => this.#watches.get(device)?.reported(up, why),
    });
  }

  #publish(device: string, samples: readonly Sample[]): void {
    this.#watches.get(device)?.count(samples);
    this.#publisher.publish(device, samples);
  }
}

/** Reads a site's devices until stopped: what `hygate collect` runs, and what the collectors' thread runs. */
export async function runFleet(options: FleetOptions): Promise<Fleet> {
  const fleet = new Fleet(options);
  await fleet.start();
  return fleet;
}
