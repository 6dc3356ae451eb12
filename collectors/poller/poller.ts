import type { Log } from '#model/log';
import type { Part } from '#model/part';
import type { DeviceId } from '#model/point';
import type { Clock, Ms, Timer } from '#model/time';
import type { PollResult, PollSource } from '../source.ts';
import { firstRead, type Schedule, secondRead, turn } from './schedule.ts';

export interface Polled {
  readonly device: DeviceId;
  readonly every: Ms;
  readonly source: PollSource;
}

export interface PollerOptions {
  readonly devices: readonly Polled[];
  readonly onResult: (device: DeviceId, result: PollResult) => void;
  /** Reads that were due and did not take place. */
  readonly onSkipped: (device: DeviceId, count: number) => void;
  readonly clock: Clock;
  readonly log: Log;
}

interface Watch {
  readonly polled: Polled;
  schedule: Schedule;
  timer: Timer | undefined;
  running: Promise<void> | undefined;
}

/** Reads every device at its own period and never twice at once. Closes the sources when it stops. */
export class Poller implements Part {
  readonly name = 'poller';
  readonly #options: PollerOptions;
  readonly #stopping = new AbortController();
  #watches: readonly Watch[] = [];

  constructor(options: PollerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const { devices } = this.#options;
    this.#watches = devices.map((polled, index) => {
      const place = { index, of: devices.length };
      const schedule = secondRead(place, polled.every, now);
      const watch: Watch = { polled, schedule, timer: undefined, running: undefined };
      this.#at(firstRead(place, polled.every, now), watch, () => {
        this.#read(watch);
        this.#at(schedule.due, watch, () => this.#due(watch));
      });
      return watch;
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const watch of this.#watches) watch.timer?.cancel();
    await Promise.all(this.#watches.map(({ polled }) => polled.source.close()));
    await Promise.all(this.#watches.map(({ running }) => running));
  }

  #at(due: Ms, watch: Watch, task: () => void): void {
    const { clock } = this.#options;
    watch.timer = clock.after(due - clock.monotonic(), task);
  }

  #due(watch: Watch): void {
    const { clock, onSkipped } = this.#options;
    const { read, skipped, next } = turn(watch.schedule, clock.monotonic(), watch.running !== undefined);
    watch.schedule = next;
    if (skipped > 0) onSkipped(watch.polled.device, skipped);
    if (read) this.#read(watch);
    this.#at(next.due, watch, () => this.#due(watch));
  }

  #read(watch: Watch): void {
    watch.running = this.#poll(watch.polled).finally(() => {
      watch.running = undefined;
    });
  }

  async #poll({ device, source }: Polled): Promise<void> {
    const { clock, log, onResult } = this.#options;
    try {
      const result = await source.poll(clock.wall(), this.#stopping.signal);
      if (!this.#stopping.signal.aborted) onResult(device, result);
    } catch (error) {
      // A source must never reject: this is a mistake in its code, and the other devices go on.
      log.error({ device, err: error }, 'a source failed in a way it should not');
    }
  }
}
