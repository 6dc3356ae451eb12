import { type ClockStep, clockStepEvent } from '#model/clock-step';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { EventQueue } from '../runtime/event-queue.ts';

const LOOK: Ms = SECOND;
/** Less is drift or slewing: NTP sets a clock that is off by more than 128 ms, and moves the others by 0.5 ms a second. */
const LEAST_STEP: Ms = SECOND;
/** When the two clocks could not be read together, nothing can be said of them. */
const READ_WITHIN: Ms = 100;

export interface ClockWatchOptions {
  /** The clock of the machine. */
  readonly clock: Clock;
  /** Events are recorded in the order of the calls, before readings that are appended later. */
  readonly record: Journal['record'];
  readonly log: Log;
  readonly meter: Meter;
  readonly onOutage?: ReportOutage;
}

/**
 * Notices when the wall clock is set: it is compared with the monotonic clock each second, and whenever a part asks for
 * the time through `clock`. So a step is in the journal before the first reading that was judged by the new time.
 */
export class ClockWatch implements Part {
  readonly name = 'clock';
  readonly #options: ClockWatchOptions;
  /** What the parts of the gateway read instead of the machine's. */
  readonly clock: Clock;
  readonly #events: EventQueue;
  /** The wall clock less the monotonic one. */
  #offset: Ms;
  #stepped: Ms = 0;
  #timer: Timer | undefined;

  constructor(options: ClockWatchOptions) {
    this.#options = options;
    const { clock } = options;
    this.#events = new EventQueue(options);
    this.#offset = clock.wall() - clock.monotonic();
    this.clock = {
      wall: () => this.#look(),
      monotonic: () => clock.monotonic(),
      after: (delay, task) => clock.after(delay, task),
      sleep: (delay, signal) => clock.sleep(delay, signal),
    };
  }

  async start(): Promise<void> {
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#look();
    await this.#events.end();
  }

  #tick(): void {
    this.#look();
    void this.#events.flush();
    this.#timer = this.#options.clock.after(LOOK, () => this.#tick());
  }

  /** The wall clock; what it jumped since the last look is noted. */
  #look(): number {
    const { clock } = this.#options;
    const before = clock.monotonic();
    const wall = clock.wall();
    const after = clock.monotonic();
    if (after - before > READ_WITHIN) return wall;
    const by = Math.round(wall - after - this.#offset);
    this.#offset = wall - after;
    if (Math.abs(by) >= LEAST_STEP) this.#note({ from: wall - by, to: wall, by });
    return wall;
  }

  #note(step: ClockStep): void {
    const { log, meter, onOutage } = this.#options;
    const { from, to, by } = step;
    this.#stepped += by;
    meter.count('hygate_clock_steps_total', { direction: by > 0 ? 'forward' : 'back' });
    meter.gauge('hygate_clock_offset_seconds', this.#stepped / SECOND);
    log.warn({ from: textOf(from), to: textOf(to), by }, 'the clock of the gateway was set');
    // Nothing can have been measured in a time that was left out.
    if (by > 0) onOutage?.({ cause: 'clock-set', device: null, from, to, readings: 0 });
    this.#events.add([clockStepEvent(step)]);
    void this.#events.flush();
  }
}

const textOf = (at: number): string => new Date(at).toISOString();
