import type { ServerResponse } from 'node:http';
import type { Alarms } from '#model/alarm';
import { HygateError } from '#model/errors';
import type { DeviceState, Devices, Live } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { type DropReason, EventStream } from './event-stream.ts';

/** Twice a second is as often as an eye needs. */
const TICK: Ms = SECOND / 2;
/** Far more than a hospital has screens; each holds at most one value a point. */
export const MOST_STREAMS = 200;

export interface EventStreamsOptions {
  readonly live: Live;
  readonly alarms: Alarms;
  readonly devices: Devices;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly version: string;
  /** What is wrong with the gateway itself, for people. */
  readonly complaints: () => readonly string[];
}

/** All listening clients: one tick for all of them brings each what is new. */
export class EventStreams implements Part {
  readonly name = 'event-streams';
  readonly #options: EventStreamsOptions;
  readonly #streams = new Set<EventStream>();
  #stops: (() => void)[] = [];
  #timer: Timer | undefined;
  #deviceStates = new Map<string, DeviceState>();
  #health = '';
  #services = '';

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { live, alarms } = this.#options;
    this.#stops = [
      live.onReadings((readings) => this.#tell((stream) => stream.readings(readings))),
      alarms.onEvent((event) => this.#tell((stream) => stream.alarm(event))),
    ];
    this.#tickLater();
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#timer?.cancel();
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
    this.#measure();
  }

  /** Opens a stream: everything as it stands first, then what changes. */
  open(response: ServerResponse, stillAllowed: () => boolean): void {
    const { clock, live, alarms, devices, version } = this.#options;
    // What this one is told now must be what the next tick compares with.
    this.#tellHealth();
    this.#tellServices();
    const stream = new EventStream({ response, stillAllowed, now: clock.monotonic() });
    this.#streams.add(stream);
    response.on('close', () => this.#forget(stream));
    stream.send('hello', { now: clock.wall(), version });
    stream.send('health', this.#options.complaints());
    stream.send('services', alarms.outOfService());
    stream.send('snapshot', { readings: [...live.all()], alarms: alarms.open(), devices: devices.all() });
    this.#measure();
  }

  /** Throws `too-many-requests`. */
  refuseWhenFull(): void {
    if (this.#streams.size < MOST_STREAMS) return;
    throw new HygateError(
      'too-many-requests',
      `There are ${MOST_STREAMS} event streams open already; close some pages.`,
    );
  }

  #tickLater(): void {
    this.#timer = this.#options.clock.after(TICK, () => {
      this.#tellDevices();
      this.#tellHealth();
      this.#tellServices();
      this.#flush();
      this.#tickLater();
    });
  }

  #tellDevices(): void {
    const changed = this.#options.devices
      .all()
      .filter((state) => !isSame(state, this.#deviceStates.get(state.device)));
    if (changed.length === 0) return;
    for (const state of changed) this.#deviceStates.set(state.device, state);
    this.#tell((stream) => stream.devices(changed));
  }

  #tellHealth(): void {
    const complaints = this.#options.complaints();
    const health = complaints.join('\n');
    if (health === this.#health) return;
    this.#health = health;
    this.#tell((stream) => stream.send('health', complaints));
  }

  #tellServices(): void {
    const points = this.#options.alarms.outOfService();
    const services = JSON.stringify(points);
    if (services === this.#services) return;
    this.#services = services;
    this.#tell((stream) => stream.send('services', points));
  }

  #flush(): void {
    const { log, meter } = this.#options;
    for (const stream of this.#streams) {
      const reason = this.#flushOne(stream);
      if (reason === undefined) continue;
      meter.count('hygate_event_streams_dropped_total', { reason });
      log.info({ reason }, 'an event stream was dropped');
      stream.drop();
      this.#forget(stream);
    }
  }

  /** One stream's mistake is not another's, and never the process's end: this runs in a timer. */
  #flushOne(stream: EventStream): DropReason | undefined {
    const { clock, log } = this.#options;
    try {
      return stream.flush(clock.monotonic(), clock.wall());
    } catch (error) {
      log.error({ err: error }, 'an event stream failed');
      return 'failed';
    }
  }

  #tell(news: (stream: EventStream) => void): void {
    for (const stream of this.#streams) news(stream);
  }

  #forget(stream: EventStream): void {
    this.#streams.delete(stream);
    this.#measure();
  }

  #measure(): void {
    this.#options.meter.gauge('hygate_event_streams', this.#streams.size);
  }
}

/** The round trip changes with every poll and is no news for a screen. */
const isSame = (a: DeviceState, b: DeviceState | undefined): boolean =>
  b !== undefined && a.up === b.up && a.why === b.why && a.since === b.since;
