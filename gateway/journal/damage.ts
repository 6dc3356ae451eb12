import type { Log } from '#model/log';
import type { Meter } from '#model/meter';
import type { EpochMs } from '#model/time';

/** Rows of a segment that are not as they were written: they are passed over and never served. */
export interface Damage {
  readonly segment: number;
  /** The rows from here to there are missing, unreadable or changed. */
  readonly from: number;
  readonly to: number;
  /** When the rows around them arrived; null where there is none. */
  readonly after: EpochMs | null;
  readonly before: EpochMs | null;
}

/** Damages that are remembered as told. Beyond this the disk is beyond words. */
const MOST_TOLD = 10_000;

/** Tells of each damage once, however often it is read: in the log, in the metrics, to whoever wants to know. */
export class DamageReport {
  readonly #log: Log;
  readonly #meter: Meter;
  readonly #onDamage: (damage: Damage) => void;
  readonly #told = new Set<string>();

  constructor(log: Log, meter: Meter, onDamage: (damage: Damage) => void) {
    this.#log = log;
    this.#meter = meter;
    this.#onDamage = onDamage;
  }

  rows(damage: Damage): void {
    const { segment, from, to, after, before } = damage;
    if (!this.#isNews(`rows ${segment} ${from}`)) return;
    this.#meter.count('hygate_journal_errors_total', { reason: 'row-damaged' }, to - from + 1);
    const when = { after: timeText(after), before: timeText(before) };
    this.#log.error(
      { segment, from, to, ...when },
      'rows of the journal are damaged: they are passed over, the others are served; run hygate verify',
    );
    this.#onDamage(damage);
  }

  /** No row is lost by it, but something else beside the rows was changed. */
  beside(segment: number, what: string): void {
    if (!this.#isNews(`${what} ${segment}`)) return;
    this.#meter.count('hygate_journal_errors_total', { reason: 'segment-damaged' });
    this.#log.error({ segment, what }, 'a segment is damaged beside its rows: run hygate verify');
  }

  #isNews(key: string): boolean {
    if (this.#told.has(key) || this.#told.size >= MOST_TOLD) return false;
    this.#told.add(key);
    return true;
  }
}

const timeText = (at: EpochMs | null): string | null => (at === null ? null : new Date(at).toISOString());
