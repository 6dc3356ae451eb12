import type { LedgerHour } from '#model/journal';
import type { Log } from '#model/log';
import type { PointId } from '#model/point';
import { DAY, type EpochMs } from '#model/time';
import { Incidents } from '../ledger/incidents.ts';
import { listSegments } from '../segment.ts';
import type { RawRow } from '../segment-tail.ts';
import { type Column, ColumnBuilder } from './columns.ts';
import { type HistoryFault, historyFaults } from './history-check.ts';
import { HistoryClaims } from './history-claims.ts';
import { HistoryCopy } from './history-copy.ts';
import { addHour, noTotals, PointAccount, type Totals } from './point-account.ts';
import { SegmentIndex } from './segment-index.ts';
import { type Window, windowsOf } from './windows.ts';

export interface AuditOptions {
  /** The journal's folder, running, copied, or on read-only media. Nothing of it is changed. */
  readonly dir: string;
  /** Told of damage on the way. */
  readonly log: Log;
  /** Readings in memory at a time, some 40 bytes each; 4 million when left out. */
  readonly window?: number;
}

export interface HourFault {
  readonly point: PointId;
  readonly row: LedgerHour;
}

export interface AuditReport {
  readonly segments: number;
  readonly rows: number;
  readonly points: number;
  readonly readings: number;
  /** What is known: until the newest row. */
  readonly end: EpochMs;
  readonly totals: Totals;
  /** Hours whose expected count does not fit the period. */
  readonly unbalanced: readonly HourFault[];
  readonly unbalancedHours: number;
  /** Hours of which most is missing. */
  readonly worst: readonly HourFault[];
  /** Null when there is no history to compare with. */
  readonly history: readonly (HistoryFault & { readonly point: PointId })[] | null;
  readonly historyFaultHours: number;
  /** Events and newest readings of which the history says something else, in sentences. */
  readonly historyFaults: readonly string[];
  /** Readings that are there twice. */
  readonly doubled: number;
  /** Points of which the journal never said how often they are read: nothing can be due of them. */
  readonly unconfigured: readonly PointId[];
}

const WINDOW = 4_000_000;
const MOST_TOLD = 1_000;
const WORST = 10;

/**
 * Proves the ledger over a whole folder: of every point and hour what was due is stored or missing with a cause, counted
 * from the segments and checked against the period; and the history says what the segments say. The segments are read
 * once as an index and then window by window of time: memory holds one window and a few hours of each point.
 */
export function audit({ dir, log, window = WINDOW }: AuditOptions): AuditReport {
  const history = HistoryCopy.open(dir);
  const index = new SegmentIndex(dir, log);
  try {
    return new Auditor(index, history).run(listSegments(dir).length, window);
  } finally {
    index.close();
    history?.close();
  }
}

class Auditor {
  readonly #index: SegmentIndex;
  readonly #history: HistoryCopy | undefined;
  readonly #claims: HistoryClaims | undefined;
  readonly #incidents = new Incidents();
  readonly #accounts = new Map<PointId, PointAccount>();
  readonly #totals = noTotals();
  readonly #unbalanced: HourFault[] = [];
  readonly #worst: HourFault[] = [];
  readonly #faults: (HistoryFault & { readonly point: PointId })[] = [];
  #expiredBefore: EpochMs = 0;
  #unbalancedHours = 0;
  #faultHours = 0;
  #doubled = 0;

  constructor(index: SegmentIndex, history: HistoryCopy | undefined) {
    this.#index = index;
    this.#history = history;
    this.#claims = history && new HistoryClaims(history);
  }

  run(segments: number, limit: number): AuditReport {
    const { first } = this.#index;
    if (first !== undefined && first.seq > 1) this.#someExpired(first);
    this.#index.build(this.#incidents, (row) => this.#claims?.event(row));
    for (const point of this.#incidents.points) this.#account(point);
    for (const window of windowsOf(this.#index.readingsByHour, limit)) this.#window(window);
    for (const account of this.#accounts.values()) account.finish();
    return this.#report(segments);
  }

  /** A reading may be ahead of its row by a clock that was wrong; a day covers it. */
  #someExpired({ seq, arrived }: RawRow): void {
    this.#expiredBefore = arrived + DAY;
    this.#history?.readIncidents(seq, this.#incidents);
  }

  #window(window: Window): void {
    const columns = new Map<PointId, ColumnBuilder>();
    this.#index.visit(window.from, window.to, (reading) => {
      let column = columns.get(reading.point);
      if (column === undefined) {
        column = new ColumnBuilder();
        columns.set(reading.point, column);
      }
      column.add(reading);
    });
    const points = new Set([...columns.keys(), ...(this.#history?.points ?? [])]);
    for (const point of points) {
      this.#take(point, (columns.get(point) ?? new ColumnBuilder()).column(), window);
      columns.delete(point);
    }
  }

  #take(point: PointId, column: Column, window: Window): void {
    this.#doubled += column.doubled;
    this.#account(point).take(column);
    if (this.#history === undefined) return;
    this.#claims?.readings(point, column);
    const hours = this.#history.hours(point, window.from, window.to);
    const allowance = {
      cursor: this.#history.cursor,
      expiredBefore: this.#expiredBefore,
      forgottenBefore: this.#incidents.expiredUntil(point),
    };
    for (const fault of historyFaults(column, hours, allowance)) {
      this.#faultHours += 1;
      if (this.#faults.length < MOST_TOLD) this.#faults.push({ point, ...fault });
    }
  }

  #account(point: PointId): PointAccount {
    let account = this.#accounts.get(point);
    if (account === undefined) {
      const onHour = (id: PointId, row: LedgerHour, balanced: boolean) =>
        this.#hour({ point: id, row }, balanced);
      account = new PointAccount({ point, incidents: this.#incidents, end: this.#index.end, onHour });
      this.#accounts.set(point, account);
    }
    return account;
  }

  #hour(hour: HourFault, balanced: boolean): void {
    addHour(this.#totals, hour.row);
    if (!balanced) {
      this.#unbalancedHours += 1;
      if (this.#unbalanced.length < MOST_TOLD) this.#unbalanced.push(hour);
    }
    if (missingIn(hour) <= missingIn(this.#worst[WORST - 1])) return;
    this.#worst.push(hour);
    this.#worst.sort((a, b) => missingIn(b) - missingIn(a));
    this.#worst.length = Math.min(WORST, this.#worst.length);
  }

  #report(segments: number): AuditReport {
    const index = this.#index;
    const readings = [...index.readingsByHour.values()].reduce((sum, count) => sum + count, 0);
    const unconfigured = [...this.#accounts].filter(([, account]) => !account.isConfigured);
    return {
      ...{ segments, rows: index.rows, points: this.#accounts.size, readings, end: index.end },
      ...{ totals: this.#totals, worst: this.#worst, doubled: this.#doubled },
      ...{ unbalanced: this.#unbalanced, unbalancedHours: this.#unbalancedHours },
      history: this.#history === undefined ? null : this.#faults,
      historyFaultHours: this.#faultHours,
      historyFaults: this.#claims?.finish(index.first?.seq ?? 0, this.#expiredBefore) ?? [],
      unconfigured: unconfigured.map(([point]) => point),
    };
  }
}

const missingIn = (hour: HourFault | undefined): number =>
  hour === undefined ? 0 : hour.row.expected - hour.row.stored;
