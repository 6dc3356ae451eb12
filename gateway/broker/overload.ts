import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { type Clock, type EpochMs, type Ms, SECOND, type Timer } from '#model/time';

/** Under load the door fills and empties many times a second: it is over when it did not for so long. */
const CALM: Ms = 10 * SECOND;

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
  #times = 0;
  #ending: Timer | undefined;

  constructor(options: OverloadOptions) {
    this.#options = options;
  }

  /** Since when; null when all that comes is taken at once. */
  get since(): EpochMs | null {
    return this.#since;
  }

  /** The gateway does not overflow, before the first time either. */
  start(): void {
    this.#show(false);
  }

  stop(): void {
    this.#ending?.cancel();
  }

  /** Senders are held from now on, or let go on. */
  hold(full: boolean): void {
    this.#ending?.cancel();
    if (full) this.#begin();
    else this.#ending = this.#options.clock.after(CALM, () => this.#end());
  }

  #begin(): void {
    this.#times += 1;
    if (this.#since !== null) return;
    this.#since = this.#options.clock.wall();
    const data = { since: this.#since };
    this.#options.log.warn(data, 'more comes than can be made durable: senders are held, nothing is lost');
    this.#show(true);
    this.#record('overload-began', this.#since, {});
  }

  #end(): void {
    const since = this.#since;
    if (since === null) return;
    const data = { since, held: this.#times };
    this.#since = null;
    this.#times = 0;
    this.#options.log.info(data, 'the overload is over');
    this.#show(false);
    this.#record('overload-ended', this.#options.clock.wall(), data);
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
