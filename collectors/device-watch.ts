import type { DeviceState } from '#model/live';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import { type Reason, reasonNames } from '#model/quality';
import type { Sample } from '#model/reading';
import type { SiteDevice } from '#model/site';
import type { Clock, Ms } from '#model/time';
import type { PollResult } from './source.ts';

export interface DeviceWatchOptions {
  readonly clock: Clock;
  readonly meter: Meter;
  readonly onOutage?: ReportOutage;
}

/** Keeps how one device is doing, and counts what its reads bring. */
export class DeviceWatch {
  readonly #device: string;
  readonly #every: Ms;
  readonly #points: number;
  readonly #speaksModbus: boolean;
  readonly #clock: Clock;
  readonly #meter: Meter;
  readonly #onOutage: ReportOutage;
  #state: DeviceState | undefined;

  constructor({ id, every, points, link }: SiteDevice, options: DeviceWatchOptions) {
    const { clock, meter, onOutage = () => {} } = options;
    this.#device = id;
    this.#every = every;
    this.#points = points.length;
    this.#speaksModbus = link.protocol === 'modbus';
    this.#clock = clock;
    this.#meter = meter;
    this.#onOutage = onOutage;
  }

  /** Undefined until the device was first heard of. */
  get state(): DeviceState | undefined {
    return this.#state;
  }

  /** A read took place. */
  polled(result: PollResult): void {
    const { answered, requests, samples } = result;
    this.read(result);
    if (this.#speaksModbus)
      this.#meter.count('hygate_modbus_requests_total', { device: this.#device }, requests);
    if (!answered) this.#set(false, reasonText(samples.find(isBad)?.reason), null);
  }

  /** The same of a device that says by itself why it is down (`reported`). */
  read({ answered, roundTrip, samples }: PollResult): void {
    const device = this.#device;
    const result = !answered ? 'failed' : samples.some(isBad) ? 'partial' : 'ok';
    this.#meter.count('hygate_device_reads_total', { device, result });
    if (!answered) return;
    this.#meter.gauge('hygate_device_round_trip_seconds', roundTrip / 1000, { device });
    this.#set(true, '', roundTrip);
  }

  /** Reads were due and did not take place: the one before was not over, or the machine slept. */
  skipped(count: number): void {
    const device = this.#device;
    this.#meter.count('hygate_device_reads_total', { device, result: 'skipped' }, count);
    const to = this.#clock.wall();
    const from = to - count * this.#every;
    this.#onOutage({ cause: 'read-skipped', device, from, to, readings: count * this.#points });
  }

  /** The device itself, or its session, came up or went down. */
  reported(up: boolean, why: string): void {
    this.#set(up, up ? '' : why, null);
  }

  /** Counts the bad ones by reason. */
  count(samples: readonly Sample[]): void {
    const bad = new Map<Reason, number>();
    for (const { quality, reason } of samples) {
      if (quality === 'bad' && reason !== null) bad.set(reason, (bad.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of bad) {
      this.#meter.count('hygate_readings_bad_total', { device: this.#device, reason }, count);
    }
  }

  #set(up: boolean, why: string, roundTrip: Ms | null): void {
    this.#meter.gauge('hygate_device_up', up ? 1 : 0, { device: this.#device });
    const before = this.#state;
    const since = before?.up === up ? before.since : this.#clock.wall();
    this.#state = { device: this.#device, up, why, since, roundTrip };
  }
}

const isBad = ({ quality }: Sample): boolean => quality === 'bad';

const reasonText = (reason: Reason | null | undefined): string =>
  reason ? `${reasonNames[reason].zh} / ${reasonNames[reason].en}` : '';
