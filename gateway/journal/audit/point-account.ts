import type { LedgerHour } from '#model/journal';
import type { GapCause } from '#model/outage';
import type { PointId } from '#model/point';
import { type EpochMs, HOUR } from '#model/time';
import { HourTally } from '../ledger/hour-tally.ts';
import type { Era, Incidents } from '../ledger/incidents.ts';
import { isBalanced } from '../ledger/point-ledger.ts';
import { PointWalk } from '../ledger/point-walk.ts';
import type { Column } from './columns.ts';

export interface Totals {
  hours: number;
  expected: number;
  stored: number;
  extra: number;
  bad: number;
  readonly missing: Partial<Record<GapCause, number>>;
}

export const noTotals = (): Totals => ({ hours: 0, expected: 0, stored: 0, extra: 0, bad: 0, missing: {} });

export type HourVisitor = (point: PointId, row: LedgerHour, balanced: boolean) => void;

export interface PointAccountOptions {
  readonly point: PointId;
  readonly incidents: Incidents;
  /** What comes later is not known. */
  readonly end: EpochMs;
  readonly onHour: HourVisitor;
}

/** The account of one point, made window by window in order of time; it keeps only the hours that are not over. */
export class PointAccount {
  readonly #options: PointAccountOptions;
  readonly #eras: readonly Era[];
  readonly #tally: HourTally;
  readonly #walk: PointWalk;
  #checked: EpochMs;

  constructor(options: PointAccountOptions) {
    const { point, incidents, end } = options;
    this.#options = options;
    this.#eras = incidents.eras(point);
    const causes = incidents.causes(point);
    this.#tally = new HourTally({ point, causes, from: Number.NEGATIVE_INFINITY, to: end });
    this.#walk = new PointWalk(this.#eras, this.#tally);
    this.#checked = Math.floor((this.#eras[0]?.from ?? end) / HOUR) * HOUR;
  }

  /** Whether the journal ever said how often the point is read. */
  get isConfigured(): boolean {
    return this.#eras.length > 0;
  }

  /** The next readings. Those from after the end (a clock that runs ahead) are not due yet. */
  take({ at, mark }: Column): void {
    const { end } = this.#options;
    for (let i = 0; i < at.length; i++) {
      const time = at[i] ?? 0;
      if (time < end) this.#walk.reading(time, mark[i] ?? 0);
    }
    this.#tell(Math.floor(Math.min(this.#walk.decided, end) / HOUR) * HOUR);
  }

  finish(): void {
    this.#walk.end(this.#options.end);
    this.#tell(Number.POSITIVE_INFINITY);
  }

  #tell(before: EpochMs): void {
    const { point, end, onHour } = this.#options;
    for (const row of this.#tally.take(before)) {
      this.#checkEmpty(row.from);
      const hour = row.from;
      onHour(point, row, isBalanced(row.expected, { hour, end, eras: this.#eras }));
      this.#checked = Math.max(this.#checked, hour + HOUR);
    }
    this.#checkEmpty(Math.min(before, end));
  }

  /** Hours of which the walk said nothing at all: then nothing may have been due. */
  #checkEmpty(until: EpochMs): void {
    const { point, end, onHour } = this.#options;
    for (; this.#checked + HOUR <= until; this.#checked += HOUR) {
      const hour = this.#checked;
      if (isBalanced(0, { hour, end, eras: this.#eras })) continue;
      onHour(point, { from: hour, expected: 0, stored: 0, bad: 0, extra: 0, missing: {} }, false);
    }
  }
}

export function addHour(totals: Totals, { expected, stored, extra, bad, missing }: LedgerHour): void {
  totals.hours += 1;
  totals.expected += expected;
  totals.stored += stored;
  totals.extra += extra;
  totals.bad += bad;
  for (const [cause, count] of Object.entries(missing) as [GapCause, number][])
    totals.missing[cause] = (totals.missing[cause] ?? 0) + count;
}
