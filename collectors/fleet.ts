import { join } from 'node:path';
import type { DeviceState } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { Sample } from '#model/reading';
import type { Site, SiteDevice } from '#model/site';
import type { Clock } from '#model/time';
import { DeviceWatch } from './device-watch.ts';
import { type Polled, Poller } from './poller/poller.ts';
import { ModbusLines } from './protocols/modbus/lines.ts';
import { Publisher } from './publisher/publisher.ts';
import type { PushSource } from './source.ts';
import { createSource } from './sources.ts';

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
}

/** All devices of a site that are read by us, and the way of their readings to the broker. */
export class Fleet implements Part {
  readonly name = 'fleet';
  readonly #options: FleetOptions;
  readonly #publisher: Publisher;
  readonly #lines: ModbusLines;
  readonly #watches = new Map<string, DeviceWatch>();
  readonly #pushing: PushSource[] = [];
  #poller: Poller | undefined;

  constructor(options: FleetOptions) {
    const { site, broker, clock, log, meter } = options;
    this.#options = options;
    this.#publisher = new Publisher({ ...broker, site: site.id, clock, log, meter });
    this.#lines = new ModbusLines(clock);
  }

  async start(): Promise<void> {
    const { site, clock, log } = this.#options;
    const polled: Polled[] = [];
    for (const device of site.devices) await this.#take(device, polled);
    await this.#publisher.start();
    this.#poller = new Poller({
      devices: polled,
      onResult: (id, result) => {
        this.#watches.get(id)?.polled(result);
        this.#publish(id, result.samples);
      },
      onSkipped: (id, count) => this.#watches.get(id)?.skipped(count),
      clock,
      log,
    });
    await this.#poller.start();
  }

  /** Ends what is being read, then hands over what was read. */
  async stop(): Promise<void> {
    this.#lines.close();
    await Promise.all([this.#poller?.stop(), ...this.#pushing.map((source) => source.close())]);
    await this.#publisher.stop();
  }

  states(): readonly DeviceState[] {
    return [...this.#watches.values()].flatMap(({ state }) => (state === undefined ? [] : [state]));
  }

  async #take(device: SiteDevice, polled: Polled[]): Promise<void> {
    const { dataDir, clock, log, meter } = this.#options;
    const deps = { clock, log, meter, pkiDir: join(dataDir, 'pki') };
    const source = await createSource(device, this.#lines, deps);
    if (source === undefined) return;
    this.#watches.set(device.id, new DeviceWatch(device, clock, meter));
    if ('poll' in source) polled.push({ device: device.id, every: device.every, source });
    else this.#listen(device.id, source);
  }

  #listen(device: string, source: PushSource): void {
    this.#pushing.push(source);
    source.open({
      samples: (samples) => this.#publish(device, samples),
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
