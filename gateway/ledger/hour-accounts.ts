import type { History } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import { GAP_CAUSES } from '#model/outage';
import type { Site, SitePoint } from '#model/site';
import { type Clock, type EpochMs, HOUR, MINUTE, type Ms, type Timer } from '#model/time';

export interface HourAccountsOptions {
  readonly site: Site;
  readonly journal: { readonly history: History };
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** An hour is accounted for when its readings lie in the history file, and the usual latecomers have come. */
const AFTER: Ms = 5 * MINUTE;
/** All points take no longer than this together: a question now and then, that nobody feels. */
const WITHIN: Ms = 20 * MINUTE;
const LONGEST_PAUSE: Ms = 200;
/** Hours that passed while nobody counted, in a stop or in a sleep of the machine: no more than these are counted. */
const MOST_HOURS = 24;

/** After each hour, what was missing in it, for /metrics. */
export class HourAccounts {
  readonly #options: HourAccountsOptions;
  #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #counted = 0;
  #ticking: Timer | undefined;

  constructor(options: HourAccountsOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { clock, journal, meter } = this.#options;
    this.#stopping = new AbortController();
    const started = await journal.history.lastEvent(['gateway-started']);
    const ranUntil = started?.data['ranUntil'];
    const since = typeof ranUntil === 'number' ? ranUntil : clock.wall();
    this.#counted = Math.floor(since / HOUR);
    for (const cause of GAP_CAUSES) meter.count('hygate_readings_missing_total', { cause }, 0);
    meter.gauge('hygate_ledger_unbalanced_points', 0);
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#ticking?.cancel();
    this.#stopping.abort();
    await this.#running;
  }

  #tick(): void {
    this.#ticking = this.#options.clock.after(MINUTE, () => {
      this.#running = this.#countHours().finally(() => {
        if (!this.#stopping.signal.aborted) this.#tick();
      });
    });
  }

  async #countHours(): Promise<void> {
    const over = Math.floor((this.#options.clock.wall() - AFTER) / HOUR);
    // Also when the clock was put back: then this begins again from where it is now.
    const from = Math.max(this.#counted, over - MOST_HOURS);
    try {
      for (this.#counted = Math.min(from, over); this.#counted < over; this.#counted++)
        await this.#countHour(this.#counted * HOUR);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#options.log.warn({ err: error }, 'the account of an hour could not be made; it is tried again');
    }
  }

  async #countHour(hour: EpochMs): Promise<void> {
    const { site, clock } = this.#options;
    const points = site.devices.flatMap((device) => device.points);
    const pause = Math.min(LONGEST_PAUSE, WITHIN / Math.max(1, points.length));
    const unbalanced: string[] = [];
    const missing = new Map<string, number>();
    for (const point of points) {
      if (!(await this.#countPoint(point, hour, missing))) unbalanced.push(point.id);
      await clock.sleep(pause, this.#stopping.signal);
    }
    this.#tell(hour, missing, unbalanced);
  }

  /** False when the account does not balance. */
  async #countPoint({ id, every }: SitePoint, hour: EpochMs, missing: Map<string, number>): Promise<boolean> {
    const { history } = this.#options.journal;
    const { hours, unbalanced } = await history.ledger(id, hour, hour + HOUR, every);
    for (const row of hours) {
      for (const [cause, count] of Object.entries(row.missing)) {
        missing.set(cause, (missing.get(cause) ?? 0) + count);
      }
    }
    return unbalanced.length === 0;
  }

  /** At the end only, so that an hour that is tried again is not counted twice. */
  #tell(hour: EpochMs, missing: ReadonlyMap<string, number>, unbalanced: readonly string[]): void {
    const { meter, log } = this.#options;
    for (const [cause, count] of missing) meter.count('hygate_readings_missing_total', { cause }, count);
    meter.gauge('hygate_ledger_unbalanced_points', unbalanced.length);
    if (unbalanced.length === 0) return;
    const points = unbalanced.slice(0, 10);
    log.error({ hour, points, count: unbalanced.length }, 'the ledger of an hour does not balance');
  }
}
