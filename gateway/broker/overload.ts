import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type EpochMs, type Ms, SECOND } from '#model/time';

/** A commit takes some ten milliseconds: readings that wait so long at the door wait behind others. */
const STRAIN: Ms = 500;
/** Under load the door fills and empties many times a second: it is over when it was at ease for so long. */
const CALM: Ms = 5 * SECOND;

export interface OverloadOptions {
  readonly journal: Journal;
  readonly log: Log;
  readonly meter: Meter;
  readonly clock: Clock;
  readonly report?: ReportCondition;
}

/** More comes than can be made durable: a state of the gateway that is told when it begins and when it is over. */
export class Overload {
  readonly #options: OverloadOptions;
  #since: EpochMs | null = null;
  /** On the monotonic clock: when the door was last seen strained. */
  #strained: Ms = 0;

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
  }

  /** To be called often: whether senders are held, and for how long the oldest reading waits. */
  look(held: boolean, waits: Ms): void {
    const now = this.#options.clock.monotonic();
    if (held || waits >= STRAIN) {
      this.#strained = now;
      if (this.#since === null) this.#begin();
    } else if (this.#since !== null && now - this.#strained >= CALM) this.#end(this.#since);
  }

  #begin(): void {
    const since = this.#options.clock.wall();
    this.#since = since;
    this.#options.log.warn({ since }, 'more comes than can be made durable: senders wait, nothing is lost');
    this.#show(true);
    this.#record('overload-began', since, {});
  }

  #end(since: EpochMs): void {
    this.#since = null;
    this.#options.log.info({ since }, 'the overload is over');
    this.#show(false);
    this.#record('overload-ended', this.#options.clock.wall(), { since });
  }

  #show(on: boolean): void {
    this.#options.meter.gauge('hygate_overloaded', on ? 1 : 0);
    this.#options.report?.('overloaded', on);
  }

  #record(type: string, at: EpochMs, data: Readonly<Record<string, unknown>>): void {
    this.#options.journal.record({ type, at, by: null, data }).catch((error: unknown) => {
      this.#options.log.error({ type, err: error }, 'an event could not be stored');
    });
  }
}
