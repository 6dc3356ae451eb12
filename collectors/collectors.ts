import type { DeviceState, Devices } from '#model/live';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Part } from '#model/part';
import type { Site } from '#model/site';
import type { Clock } from '#model/time';
import { Thread } from '../gateway/runtime/thread.ts';
import type { CollectData } from './collect.thread.ts';
import type { BrokerLogin } from './fleet.ts';

export interface CollectorsOptions {
  readonly site: Site;
  /** Asked at each start of the thread: the port may be known only by then. */
  readonly broker: () => BrokerLogin;
  readonly dataDir: string;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** The collectors in a thread of their own: a driver that hangs never delays an alarm. */
export class Collectors implements Part, Devices {
  readonly name = 'collectors';
  readonly #thread: Thread;
  #states: ReadonlyMap<string, DeviceState> = new Map();

  constructor({ site, broker, dataDir, log, meter, clock }: CollectorsOptions) {
    this.#thread = new Thread({
      name: this.name,
      entry: new URL('./collect.thread.ts', import.meta.url),
      data: (): CollectData => ({ site, broker: broker(), dataDir }),
      onMessage: (states) => this.#take(states as readonly DeviceState[]),
      onDeath: () => this.#allDown(clock.wall()),
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

  #take(states: readonly DeviceState[]): void {
    this.#states = new Map(states.map((state) => [state.device, state]));
  }

  /** Until the thread serves again, nobody reads anything. */
  #allDown(since: number): void {
    const why = '采集线程重启中 / the collectors start again';
    this.#take(this.all().map((state) => ({ ...state, up: false, why, since, roundTrip: null })));
  }
}
