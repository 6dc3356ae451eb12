import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';

/** A commit takes some ten milliseconds: readings that wait so long at the door wait behind others. */
const STRAIN: Ms = 500;
/** Under load the door fills and empties many times a second: it is over when it was at ease for so long. */
const CALM: Ms = 5 * SECOND;
/** A disk that stutters wakes nobody: people hear of what lasts. */
const LASTING: Ms = MINUTE;

export interface OverloadOptions {
  readonly journal: Journal;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly report?: ReportCondition;
}

/** More comes than can be made durable: a state of the gateway that is told when it lasts, and when it is over. */
export class Overload {
  readonly #options: OverloadOptions;
  #since: EpochMs | null = null;
  /** On the monotonic clock: when it began, and when the door was last seen strained. */
  #began: Ms = 0;
  #strained: Ms = 0;
  /** What people were told last. */
  #told: boolean | undefined;

  constructor(options: OverloadOptions) {
    this.#options = options;
  }

  /** Since when; null when all that comes is taken at once. */
  get since(): EpochMs | null {
    return this.#since;
  }

  /** Says that it is none, before the first time, too. */
  start(): void {
    this.#show(false);
    this.#tell(false);
  }

  /** To be called often: whether senders are held, and for how long the oldest reading waits. */
  look(held: boolean, waits: Ms): void {
    const now = this.#options.clock.monotonic();
    if (held || waits >= STRAIN) {
      this.#strained = now;
      if (this.#since === null) this.#begin(now);
      else if (now - this.#began >= LASTING) this.#tell(true);
    } else if (this.#since !== null && now - this.#strained >= CALM) this.#end(this.#since);
  }

  #begin(now: Ms): void {
    const since = this.#options.clock.wall();
    this.#since = since;
    this.#began = now;
    this.#options.log.warn({ since }, 'more comes than can be made durable: senders wait, nothing is lost');
    this.#show(true);
    this.#record('overload-began', since, {});
  }

  #end(since: EpochMs): void {
    this.#since = null;
    this.#options.log.info({ since }, 'the overload is over');
    this.#show(false);
    this.#tell(false);
    this.#record('overload-ended', this.#options.clock.wall(), { since });
  }

  #show(on: boolean): void {
    this.#options.meter.gauge('hygate_overloaded', on ? 1 : 0);
  }

  #tell(on: boolean): void {
    if (this.#told === on) return;
    this.#told = on;
    this.#options.report?.('overloaded', on);
  }

  #record(type: string, at: EpochMs, data: Readonly<Record<string, unknown>>): void {
    this.#options.journal.record({ type, at, by: null, data }).catch((error: unknown) => {
      this.#options.log.error({ type, err: error }, 'an event could not be stored');
    });
  }
}
