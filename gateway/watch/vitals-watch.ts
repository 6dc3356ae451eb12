import { statfs } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Part } from '#model/part';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { VITALS_EVERY, type Vitals, vitalsEvent } from '#model/vitals';
import type { Metrics } from '../runtime/metrics.ts';
import { type Growing, growingOf, since, standingOf } from './metric-sums.ts';

/** The loop is asked this often; what it comes later than that is its delay. */
const LOOP_LOOK: Ms = 20;

export interface VitalsWatchOptions {
  /** The data folder: the room of its disk is told. */
  readonly dataDir: string;
  readonly journal: Pick<Journal, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Metrics;
}

/** What had been counted at the last look. */
interface Before {
  readonly at: Ms;
  readonly cpuMicros: number;
  readonly growing: Growing;
}

/** Journals every few minutes how the gateway does. What the journal does not take then is counted and not tried again. */
export class VitalsWatch implements Part {
  readonly name = 'vitals';
  readonly #options: VitalsWatchOptions;
  readonly #loop = monitorEventLoopDelay({ resolution: LOOP_LOOK });
  #started: Ms = 0;
  #before: Before | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(options: VitalsWatchOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#loop.enable();
    this.#started = this.#options.clock.monotonic();
    this.#before = await this.#count();
    this.#later();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#loop.disable();
    await this.#looking;
  }

  #later(): void {
    this.#timer = this.#options.clock.after(VITALS_EVERY, () => {
      this.#looking = this.#tell();
      this.#later();
    });
  }

  async #tell(): Promise<void> {
    const { journal, clock, log, meter } = this.#options;
    try {
      await journal.record(vitalsEvent(await this.#look(), clock.wall()));
    } catch (err) {
      meter.count('hygate_events_unrecorded_total', { type: 'vitals' });
      log.warn({ err }, 'how the gateway does could not be journaled');
    }
  }

  async #look(): Promise<Vitals> {
    const { dataDir, meter } = this.#options;
    const now = await this.#count();
    const before = this.#before ?? now;
    this.#before = now;
    const late = this.#loop.percentile(99) / 1e6 - LOOP_LOOK;
    this.#loop.reset();
    return {
      uptime_s: (now.at - this.#started) / SECOND,
      memory_bytes: process.memoryUsage.rss(),
      cpu_share: (now.cpuMicros - before.cpuMicros) / 1000 / Math.max(1, now.at - before.at),
      load_1m: loadavg()[0] ?? 0,
      loop_delay_p99_ms: Math.max(0, late),
      ...(await roomOf(dataDir)),
      ...(await standingOf(meter)),
      ...since(now.growing, before.growing),
    };
  }

  async #count(): Promise<Before> {
    const { user, system } = process.cpuUsage();
    const growing = await growingOf(this.#options.meter);
    return { at: this.#options.clock.monotonic(), cpuMicros: user + system, growing };
  }
}

/** A disk that does not answer is told by others; here its room is left out. */
const roomOf = (dir: string): Promise<Vitals> =>
  statfs(dir).then(
    ({ bavail, blocks, bsize }) => ({ disk_free_bytes: bavail * bsize, disk_free_share: bavail / blocks }),
    () => ({}),
  );
