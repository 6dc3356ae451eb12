import type { ReportCondition } from '#model/condition';
import type { Journal } from '#model/journal';
import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { Clock } from '#model/time';
import type { StoreState } from './store-calls.ts';

export interface StoreTroubleOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  readonly report: ReportCondition;
}

/** Hears how the store does, and tells: people, the journal, the counters. */
export class StoreTrouble {
  readonly #options: StoreTroubleOptions;
  #state: StoreState = { unsaved: null, damaged: null };

  constructor(options: StoreTroubleOptions) {
    this.#options = options;
  }

  /** What there was cannot be read, or not all of it. */
  get any(): boolean {
    return this.#state.unsaved !== null || this.#state.damaged !== null;
  }

  hear(state: StoreState): void {
    const { meter } = this.#options;
    const { unsaved, damaged } = state;
    if (unsaved !== null) meter.count('hygate_alarm_store_failures_total', { reason: 'unsaved' });
    if (damaged !== null && damaged !== this.#state.damaged) this.#setAside(damaged);
    this.#state = state;
    this.tell();
  }

  /** Also said at each start when all is well: what the run before told may be over. */
  tell(): void {
    const { unsaved, damaged } = this.#state;
    this.#options.report('alarms-unsaved', unsaved !== null);
    this.#options.report('alarms-damaged', damaged !== null);
  }

  /** What keeps alarms from being kept, for people. */
  complaints(): readonly string[] {
    const { unsaved, damaged } = this.#state;
    return [
      ...(unsaved === null ? [] : [`The state of alarms lies in memory only: ${unsaved}.`]),
      ...(damaged === null ? [] : [`The file of alarms was damaged: it is kept as ${damaged}.`]),
    ];
  }

  #setAside(file: string): void {
    const { meter, journal, clock, log } = this.#options;
    meter.count('hygate_alarm_store_failures_total', { reason: 'damaged' });
    const event = { type: 'alarm-store-set-aside', at: clock.wall(), by: null, data: { file } };
    journal.record(event).catch((err: Error) => log.error({ err }, 'a set aside store is not journaled'));
  }
}
