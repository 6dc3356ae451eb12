import type { DeviceState, Devices } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outage, ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import type { Clock } from '#model/time';
import { Thread } from '../gateway/runtime/thread.ts';
import type { CollectData, FromCollectors } from './collect.thread.ts';
import type { BrokerLogin } from './fleet.ts';

export interface CollectorsOptions {
  readonly site: Site;
  /** Asked at each start of the thread: the port may be known only by then. */
  readonly broker: () => BrokerLogin;
  readonly dataDir: string;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly onOutage?: ReportOutage;
}

/** The collectors in a thread of their own: a driver that hangs never delays an alarm. */
export class Collectors implements Part, Devices {
  readonly name = 'collectors';
  readonly #options: CollectorsOptions;
  readonly #thread: Thread;
  #states: ReadonlyMap<string, DeviceState> = new Map();
  /** As the thread last said; with its death they are lost, but for those that are on their way. */
  #waiting = 0;
  #outage: Outage | undefined;

  constructor(options: CollectorsOptions) {
    const { site, broker, dataDir, log, meter, clock } = options;
    this.#options = options;
    this.#thread = new Thread({
      name: this.name,
      entry: new URL('./collect.thread.ts', import.meta.url),
      data: (): CollectData => ({ site, broker: broker(), dataDir }),
      onMessage: (message) => this.#hear(message as FromCollectors),
      onDeath: () => this.#allDown(clock.wall()),
      onReady: () => this.#up(),
      log,
      meter,
      clock,
    });
  }

  start(): Promise<void> {
    return this.#thread.start();
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }

  state(device: string): DeviceState | undefined {
    return this.#states.get(device);
  }

  all(): readonly DeviceState[] {
    return [...this.#states.values()];
  }

  #hear(message: FromCollectors): void {
    if (message.kind === 'outage') this.#options.onOutage?.(message.outage);
    else {
      this.#take(message.states);
      this.#waiting = message.waiting;
    }
  }

  #take(states: readonly DeviceState[]): void {
    this.#states = new Map(states.map((state) => [state.device, state]));
  }

  /** Until the thread serves again, nobody reads anything. */
  #allDown(since: number): void {
    const why = '采集线程重启中 / the collectors start again';
    this.#take(this.all().map((state) => ({ ...state, up: false, why, since, roundTrip: null })));
    const { meter, onOutage } = this.#options;
    const readings = this.#waiting;
    this.#waiting = 0;
    meter.count('hygate_readings_lost_total', { reason: 'thread-died' }, readings);
    // Starts that fail one after another are one outage.
    this.#outage ??= { cause: 'collectors-down', device: null, from: since, to: null, readings };
    onOutage?.(this.#outage);
  }

  #up(): void {
    if (this.#outage === undefined) return;
    this.#options.onOutage?.({ ...this.#outage, to: this.#options.clock.wall() });
    this.#outage = undefined;
  }
}
