import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outage, ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import { writePoints } from '#model/points-event';
import type { Site } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import { EventQueue } from '../runtime/event-queue.ts';
import { HourAccounts } from './hour-accounts.ts';
import { OutageBook } from './outage-book.ts';

export interface LedgerOptions {
  readonly site: Site;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

const TICK: Ms = 5 * SECOND;

/**
 * Journals what explains missing readings: which points were asked for how often, and the outages that parts report.
 * Started before them and stopped after them. The account itself is the history's.
 */
export class Ledger implements Part {
  readonly name = 'ledger';
  readonly #options: LedgerOptions;
  readonly #book = new OutageBook();
  readonly #accounts: HourAccounts;
  readonly #events: EventQueue;
  #ticking: Timer | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#accounts = new HourAccounts(options);
    const { journal, log, meter } = options;
    this.#events = new EventQueue({ record: (event) => journal.record(event), log, meter });
  }

  async start(): Promise<void> {
    await this.#describePoints();
    await this.#accounts.start();
    this.#tick();
  }

  async stop(): Promise<void> {
    this.#ticking?.cancel();
    await this.#accounts.stop();
    this.#keep(this.#book.rest());
    await this.#events.end();
  }

  /** For every part that knows why readings are missing. */
  readonly report: ReportOutage = (outage) => {
    this.#keep(this.#book.add(outage, this.#options.clock.wall()));
    void this.#events.flush();
  };

  /** Only what differs from the last one, so that a restart costs nothing. */
  async #describePoints(): Promise<void> {
    const { site, journal, clock } = this.#options;
    const points = site.devices.flatMap((device) => device.points);
    const data = writePoints(points.map(({ id, every }) => [id, every]));
    const last = await journal.history.lastEvent(['points-configured']);
    if (JSON.stringify(last?.data) === JSON.stringify(data)) return;
    this.#events.add([{ type: 'points-configured', at: clock.wall(), by: null, data }]);
    await this.#events.flush();
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#ticking = clock.after(TICK, () => {
      this.#keep(this.#book.due(clock.wall()));
      void this.#events.flush();
      this.#tick();
    });
  }

  #keep(outages: readonly Outage[]): void {
    const at = this.#options.clock.wall();
    this.#events.add(outages.map((outage) => ({ type: 'outage', at, by: null, data: { ...outage } })));
  }
}
