import type { Journal } from '#model/journal';
import { type Clock, type Ms, SECOND, type Timer } from '#model/time';
import type { Metrics } from '../runtime/metrics.ts';

const LOOK_EVERY: Ms = SECOND;
/** A commit takes milliseconds; readings that wait for this long wait for something broken. */
const STUCK_AFTER: Ms = 10 * SECOND;

/** What one look at the gateway showed; `at` is monotonic. */
export interface Look {
  readonly at: Ms;
  /** The journal's newest durable row. */
  readonly head: number;
  /** Commits that failed, ever. */
  readonly errors: number;
  /** Readings at the door that are not durable yet. */
  readonly pending: number;
}

/** What is remembered between looks. */
export interface Watch {
  readonly last: Look;
  /** Commits have failed and none succeeded since. */
  readonly failing: boolean;
  /** Since when readings wait without a commit; null when they do not. */
  readonly waitingSince: Ms | null;
}

export const firstWatch = (look: Look): Watch => ({ last: look, failing: false, waitingSince: null });

/** A row that became durable without a failure beside it proves that the journal writes again. */
export function watchOn({ last, failing, waitingSince }: Watch, look: Look): Watch {
  const wrote = look.head > last.head;
  return {
    last: look,
    failing: look.errors > last.errors || (failing && !wrote),
    waitingSince: look.pending === 0 || wrote ? null : (waitingSince ?? look.at),
  };
}

/** What is wrong, for people; empty when all is well or nothing is to be written. */
export function complaints({ last, failing, waitingSince }: Watch): readonly string[] {
  const stuck = waitingSince !== null && last.at - waitingSince >= STUCK_AFTER;
  return [
    ...(failing ? ['The last commits of the journal failed; is the disk full or broken?'] : []),
    ...(stuck ? [`${last.pending} readings wait for the journal and nothing became durable for 10 s.`] : []),
  ];
}

export interface HealthOptions {
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** What other parts complain about. */
  readonly complaints?: () => readonly string[];
  /** What a person should look at, though readings become durable all the same. */
  readonly notes?: () => readonly string[];
}

/** Looks at the journal each second, so that /healthz can answer at once. */
export class Health {
  readonly #journal: Journal;
  readonly #metrics: Metrics;
  readonly #clock: Clock;
  readonly #others: () => readonly string[];
  readonly notes: () => readonly string[];
  #watch: Watch | undefined;
  #timer: Timer | undefined;
  #running = false;

  constructor({ journal, metrics, clock, complaints: others = () => [], notes = () => [] }: HealthOptions) {
    this.#journal = journal;
    this.#metrics = metrics;
    this.#clock = clock;
    this.#others = others;
    this.notes = notes;
  }

  async start(): Promise<void> {
    this.#running = true;
    await this.#lookOn();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  complaints(): readonly string[] {
    const own = this.#watch === undefined ? [] : complaints(this.#watch);
    return [...own, ...this.#others()];
  }

  async #lookOn(): Promise<void> {
    const look = await this.#look();
    this.#watch = this.#watch === undefined ? firstWatch(look) : watchOn(this.#watch, look);
    if (this.#running) this.#timer = this.#clock.after(LOOK_EVERY, () => void this.#lookOn());
  }

  async #look(): Promise<Look> {
    const [errors, pending] = await Promise.all([
      this.#value('hygate_journal_errors_total', 'commit'),
      this.#value('hygate_door_pending_readings'),
    ]);
    return { at: this.#clock.monotonic(), head: this.#journal.head(), errors, pending };
  }

  async #value(name: string, reason?: string): Promise<number> {
    const metric = await this.#metrics.registry.getSingleMetric(name)?.get();
    return metric?.values.find(({ labels }) => labels['reason'] === reason)?.value ?? 0;
  }
}
