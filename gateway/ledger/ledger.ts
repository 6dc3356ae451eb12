import type { Journal, JournalEvent } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Outage, ReportOutage } from '#model/outage';
import type { Part } from '#model/part';
import { writePoints } from '#model/points-event';
import type { Site } from '#model/site';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
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
/** Events that wait while the journal cannot write; then the oldest go. */
const MOST_WAITING = 1_000;

/**
 * Journals what explains missing readings: which points were asked for how often, and the outages that parts report.
 * Started before them and stopped after them. The account itself is the history's.
 */
export class Ledger implements Part {
  readonly name = 'ledger';
  readonly #options: LedgerOptions;
  readonly #book = new OutageBook();
  readonly #accounts: HourAccounts;
  #waiting: JournalEvent[] = [];
  #recording = false;
  #ticking: Timer | undefined;

  constructor(options: LedgerOptions) {
    this.#options = options;
    this.#accounts = new HourAccounts(options);
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
    await this.#record();
    this.#lose(this.#waiting.splice(0).length);
  }

  /** For every part that knows why readings are missing. */
  readonly report: ReportOutage = (outage) => {
    this.#keep(this.#book.add(outage, this.#options.clock.wall()));
    void this.#record();
  };

  /** Only what differs from the last one, so that a restart costs nothing. */
  async #describePoints(): Promise<void> {
    const { site, journal, clock } = this.#options;
    const points = site.devices.flatMap((device) => device.points);
    const data = writePoints(points.map(({ id, every }) => [id, every]));
    const last = await journal.history.lastEvent(['points-configured']);
    if (JSON.stringify(last?.data) === JSON.stringify(data)) return;
    this.#waiting.push({ type: 'points-configured', at: clock.wall(), by: null, data });
    await this.#record();
  }

  #tick(): void {
    const { clock } = this.#options;
    this.#ticking = clock.after(TICK, () => {
      this.#keep(this.#book.due(clock.wall()));
      void this.#record();
      this.#tick();
    });
  }

  #keep(outages: readonly Outage[]): void {
    const at = this.#options.clock.wall();
    for (const outage of outages) this.#waiting.push({ type: 'outage', at, by: null, data: { ...outage } });
    this.#lose(this.#waiting.splice(0, this.#waiting.length - MOST_WAITING).length);
  }

  /** In order and one at a time; what cannot be recorded now is tried again. */
  async #record(): Promise<void> {
    if (this.#recording) return;
    this.#recording = true;
    try {
      for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
        await this.#options.journal.record(next);
        this.#waiting = this.#waiting.filter((event) => event !== next);
      }
    } catch (error) {
      this.#options.log.debug({ err: error, waiting: this.#waiting.length }, 'outages wait for the journal');
    } finally {
      this.#recording = false;
    }
  }

  #lose(events: number): void {
    if (events === 0) return;
    this.#options.meter.count('hygate_outages_unrecorded_total', {}, events);
    this.#options.log.error({ events }, 'outages could not be journaled: their gaps will have no cause');
  }
}
